/**
 * The refusals of a claim set that depend on the values of a document.
 * @see api-facts section 4 ("403"); contract section 3 ("relationship refusal")
 */
import type { Claims } from "./Claims.ts"
import { isPersonKind, people } from "./people.ts"
import * as Refusal from "../requests/Refusal.ts"
import type { SecuredElement } from "../model/ResourceModel.ts"

/** Whether the values are those of the store or of the request. */
type Source = "stored" | "proposed"

const denied = "Access to the requested data could not be authorized."

const forbidden = (typeEnd: string, detail: string, errors: ReadonlyArray<string> = []): Refusal.Refusal =>
  Refusal.problem({
    status: 403,
    type: `security:authorization${typeEnd}`,
    title: "Authorization Denied",
    detail,
    errors
  })

/** The client has no namespace, and the claim set decides by namespace. */
export const noNamespaces: Refusal.Refusal = forbidden(
  ":namespace:invalid-client:no-namespaces",
  "The client is not configured for resources that are authorized by namespace.",
  ["The API client has no namespace prefixes."]
)

/** `'SchoolId', 'StudentUniqueId'` */
const list = (texts: ReadonlyArray<string | number>): string => texts.map((text) => `'${text}'`).join(", ")

const namesOf = (elements: ReadonlyArray<SecuredElement>): string =>
  list([...new Set(elements.map(({ name }) => name))])

/** Values by which the claim set decides are missing. */
export const valueMissing = (elements: ReadonlyArray<SecuredElement>, source: Source): Refusal.Refusal => {
  const names = namesOf(elements)
  const family = elements.some(({ kind }) => kind === "namespace") ? "namespace" : "relationships"
  const value = family === "namespace" ? "namespace" : "element"
  return source === "stored"
    ? forbidden(
        `:${family}:invalid-data:${value}-uninitialized`,
        `${denied} The existing item has no value of ${names}.`,
        [`The claim set decides by ${names}, which the existing item does not have.`]
      )
    : forbidden(`:${family}:access-denied:${value}-required`, `${denied} A value of ${names} is required.`, [
        `The claim set decides by ${names}, which the request does not have.`
      ])
}

/** Values by which the claim set decides are not ones of the client. */
export const notTheClients = (
  { dialect, educationOrganizationIds, namespacePrefixes }: Claims,
  elements: ReadonlyArray<SecuredElement>,
  source: Source
): Refusal.Refusal => {
  const whose = source === "stored" ? "existing" : "requested"
  const names = namesOf(elements)
  if (elements.some(({ kind }) => kind === "namespace")) {
    const reason = `The ${whose} ${names} starts with none of the client's namespace prefixes: ${list(namespacePrefixes)}.`
    return forbidden(":namespace:access-denied:namespace-mismatch", `${denied} ${reason}`, [reason])
  }
  const kinds = new Set(elements.map(({ kind }) => kind))
  const hints = [...kinds].flatMap((kind) =>
    isPersonKind(kind) ? [`You may need to create ${people[kind].associations}.`] : []
  )
  return forbidden(dialect.relationshipDenied, [denied, ...hints].join(" "), [
    `The client's education organizations (${list(educationOrganizationIds)}) have no relationship with the ${whose} ${names}.`
  ])
}
