/**
 * The token endpoints: `/connect/token` of the configuration service, `/oauth/token` of the DMS, which is its proxy, and
 * `/oauth/token` of the ODS/API.
 */
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Redacted from "effect/Redacted"
import * as Exchange from "../Exchange.ts"
import { isObject, parseJson } from "../json.ts"
import type { ServerState } from "../ServerState.ts"
import * as Refusal from "./Refusal.ts"
import { refusalResponse } from "./refusalResponse.ts"

interface Credentials {
  readonly key: string
  readonly secret: string
}

type Fields = ReadonlyMap<string, string>

/** Reads forms only; a Basic header takes precedence over `client_id` and `client_secret`. Problems are `application/problem+json`. */
export const connectToken = (
  server: ServerState,
  request: Exchange.Request,
  nowMillis: number,
  traceId: string
) => {
  const fields = formFields(request.body)
  const problem = (
    status: number,
    type: string,
    title: string,
    detail: string,
    errors: ReadonlyArray<string> = []
  ) =>
    Exchange.json(status, Refusal.problemBody({ status, type, title, detail, errors }, traceId), {
      "content-type": "application/problem+json"
    })
  const credentials = basicCredentials(request.headers["authorization"]) ?? fieldCredentials(fields)
  const grant = fields.get("grant_type")
  if (credentials === undefined || grant === undefined || grant === "") {
    return problem(
      400,
      "bad-request:data",
      "Data Validation Failed",
      "client_id, client_secret and grant_type are required."
    )
  }
  if (grant !== "client_credentials") {
    return problem(400, "bad-request", "Bad Request", "The grant_type must be client_credentials.")
  }
  return matches(server, credentials)
    ? tokenResponse(server, nowMillis)
    : problem(
        401,
        "security:authentication",
        "Authentication Failed",
        "The client could not be authenticated.",
        ["invalid_client. Invalid client or client credentials."]
      )
}

/** Reads a form or JSON body with `grant_type`, and a Basic header; credentials in the body are ignored. */
export const proxyToken = (
  server: ServerState,
  request: Exchange.Request,
  nowMillis: number,
  traceId: string
) => {
  const problem = (status: number, type: string, title: string, detail: string) =>
    Exchange.json(status, Refusal.problemBody({ status, type, title, detail, errors: [detail] }, traceId), {
      "content-type": "application/json"
    })
  const credentials = basicCredentials(request.headers["authorization"])
  if (credentials === undefined) {
    return problem(400, "bad-request", "Bad Request", "A Basic authorization header is required.")
  }
  const fields = fieldsOf(request)
  const grant = fields.get("grant_type")
  if (grant === undefined) return refusalResponse(Refusal.missingGrant, traceId, server.dialect.problems)
  if (grant !== "client_credentials") {
    return problem(400, "bad-request", "Bad Request", "The grant_type must be client_credentials.")
  }
  return matches(server, credentials)
    ? tokenResponse(server, nowMillis)
    : problem(401, "unauthorized", "Unauthorized", upstreamRefusal)
}

/** The response of the configuration service, which the proxy gives as text. */
const upstreamRefusal = JSON.stringify({
  error: "invalid_client",
  error_description: "Invalid client or client credentials."
})

/**
 * Reads a form or JSON body, and credentials in a Basic header or in the body. Errors are those of OAuth: `{error}`.
 * @see contract section 2, "Old ODS/API"
 */
export const apiToken = (
  server: ServerState,
  request: Exchange.Request,
  nowMillis: number,
  traceId: string
): Exchange.Response => {
  const { dialect, tokens } = server
  const fields = fieldsOf(request)
  const credentials = basicCredentials(request.headers["authorization"]) ?? fieldCredentials(fields)
  if (credentials === undefined) return Exchange.empty(401)
  if (fields.get("grant_type") !== "client_credentials") {
    return Exchange.json(400, { error: "unsupported_grant_type" })
  }
  if (!matches(server, credentials)) return Exchange.json(401, { error: "invalid_client" })
  if (tokens.valid(nowMillis) >= dialect.login.maxTokens) {
    return refusalResponse(Refusal.tooManyTokens, traceId, dialect.problems)
  }
  server.counters.countLogin()
  return Exchange.json(200, {
    access_token: tokens.issueOpaque(nowMillis),
    expires_in: tokens.lifetime,
    token_type: "bearer"
  })
}

const fieldsOf = ({ body, headers }: Exchange.Request): Fields =>
  headers["content-type"]?.includes("json") === true ? jsonFields(body) : formFields(body)

const tokenResponse = (server: ServerState, nowMillis: number): Exchange.Response => {
  server.counters.countLogin()
  return Exchange.json(200, {
    access_token: server.tokens.issue(server.options.key, nowMillis),
    expires_in: server.tokens.lifetime,
    token_type: "Bearer"
  })
}

const matches = ({ options }: ServerState, { key, secret }: Credentials): boolean =>
  key === options.key && secret === Redacted.value(options.secret)

const formFields = (body: string): Fields => new Map(new URLSearchParams(body))

const jsonFields = (body: string): Fields => {
  const parsed = parseJson(body)
  if (Either.isLeft(parsed) || !isObject(parsed.right.value)) return new Map()
  const entries = Object.entries(parsed.right.value)
  return new Map(
    entries.flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : []))
  )
}

const fieldCredentials = (fields: Fields): Credentials | undefined => {
  const [key, secret] = [fields.get("client_id"), fields.get("client_secret")]
  return key === undefined || key === "" || secret === undefined || secret === ""
    ? undefined
    : { key, secret }
}

/** Key and secret of a Basic header, percent-decoded. */
const basicCredentials = (authorization: string | undefined): Credentials | undefined => {
  const match = /^basic (.+)$/i.exec(authorization ?? "")
  const decoded = Encoding.decodeBase64String(match?.[1]?.trim() ?? "")
  if (match === null || Either.isLeft(decoded)) return undefined
  const colon = decoded.right.indexOf(":")
  if (colon === -1) return undefined
  return {
    key: percentDecode(decoded.right.slice(0, colon)),
    secret: percentDecode(decoded.right.slice(colon + 1))
  }
}

const percentDecode = (text: string): string =>
  Either.getOrElse(
    Either.try(() => decodeURIComponent(text)),
    () => text
  )
