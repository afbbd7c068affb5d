/** The response to a refused single request, in the form of a dialect. */
import type { JsonObject } from "../../domain/Json.ts"
import * as Exchange from "../Exchange.ts"
import { isArray, isObject } from "../json.ts"
import type { ProblemForm, Problems } from "./problems.ts"
import { problemBody } from "./Refusal.ts"
import type { Refusal } from "./Refusal.ts"

/** The body in the form of a dialect: other members of problem details stay as they are. */
const bodyIn = (
  { body, detail }: Refusal,
  correlationId: string,
  own: ProblemForm | undefined
): JsonObject | undefined => {
  const members = body(correlationId)
  if (own === undefined) return members
  const { reasonInErrors, status, title, type } = own
  return reasonInErrors === true || members?.["type"] === undefined
    ? problemBody(
        { status, type, title, detail, errors: reasonInErrors === true ? [detail] : [] },
        correlationId
      )
    : { ...members, type: `urn:ed-fi:api:${type}`, title, status }
}

const isEmpty = (value: JsonObject[string]): boolean =>
  isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0

const withoutEmpty = (body: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => !isEmpty(value)))

/** @param problems the forms of the dialect */
export const refusalResponse = (refusal: Refusal, traceId: string, problems: Problems): Exchange.Response => {
  const { allow, meaning } = refusal.more
  const own = meaning === undefined ? undefined : problems.forms[meaning]
  const body = bodyIn(refusal, traceId, own)
  const status = own?.status ?? refusal.status
  if (body === undefined) return Exchange.empty(status)
  const form = own?.form ?? refusal.form
  const text = JSON.stringify(problems.omitsEmpty ? withoutEmpty(body) : body)
  return {
    ...Exchange.empty(status, {
      "content-type": problems.contentType(form),
      ...(allow !== undefined && problems.namesAllowed ? { allow } : {}),
      ...(own?.retryAfterSeconds === undefined ? {} : { "retry-after": String(own.retryAfterSeconds) })
    }),
    body: form === "problem twice" ? JSON.stringify(text) : text
  }
}
