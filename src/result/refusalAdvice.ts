/** The remedy for a permanent refusal. */
import type { Refusal } from "../domain/Refusal.ts"

/** The batches of a scenario. */
export interface BatchSize {
  readonly tripleCount: number
  /** 3 for records that are created, updated and deleted. */
  readonly operationsPerRecord: number
  /** The flag that sets it, up to the number: `--batchTripleCount `; `undefined` where the scenario's size is fixed. */
  readonly flag: string | undefined
}

/** Endpoints and names of the resources that a claim set protects through relationships such as an enrolment. */
const persons: ReadonlySet<string> = new Set([
  "students",
  "student",
  "staffs",
  "staff",
  "contacts",
  "contact",
  "parents",
  "parent"
])

const showOperations =
  "edfi-perf run --runInDebugMode sends one pass and prints the outcome of every operation."
const useSingleRequests = "--testType VOLUME sends single requests instead."

/** The whole numbers of a text; digits of an identifier or of a decimal number, and a number where it was cut, do not count. */
const wholeNumbers = (text: string): ReadonlyArray<number> =>
  [...text.matchAll(/(?<![\w.,-])\d+(?![\w]|[.,]\d|\.{3})/g)].map(([digits]) => Number(digits))

/**
 * The server's limit: the one number in its message below what was sent; `undefined` where there is not exactly one.
 */
const limitIn = (words: string, sent: number): number | undefined => {
  const [limit, ...others] = [...new Set(wholeNumbers(words).filter((number) => number < sent))]
  return others.length === 0 ? limit : undefined
}

const sizeAdvice = (words: string, { flag, operationsPerRecord: each, tripleCount }: BatchSize): string => {
  const limit = limitIn(words, each * tripleCount)
  const fitting = limit === undefined ? Math.floor(tripleCount / 2) : Math.floor(limit / each)
  if (fitting < 1) return `No batch of whole records (${each} operations each) fits. ${useSingleRequests}`
  if (flag === undefined) {
    return `Leave this scenario out of --testList: it always sends ${tripleCount} records (${each * tripleCount} operations) per batch.`
  }
  return limit === undefined
    ? `Try ${flag}${fitting}, half of what was sent: the server does not name its limit.`
    : `Use ${flag}${fitting}, which is ${each * fitting} operations: the server names ${limit} as its limit.`
}

/** The claim set allows the action, but not for this record, because of its relationships, namespace or owner. */
const isAboutData = (type: string): boolean =>
  type.includes(":security:authorization:") && !type.endsWith(":action")

const outOfReach = (resource: string): string =>
  `The key may not write these ${resource}: give it access to the education organizations that they belong to (--localEducationOrganizationId sets the one in use)`

/** Relationships protect updates of persons even where creates and deletes do not depend on them. */
const claimsAdvice = ({ op, problem: { type = "" }, resource }: Refusal): string => {
  if (op === null || resource === null) {
    return "The server, or a gateway before it, does not allow this key to send batches: give the key access, or use --testType VOLUME."
  }
  const lacks = `The key's claim set lacks the action ${op} for ${resource}`
  if (op !== "update" || !persons.has(resource.toLowerCase())) {
    const useAnother = `use a key whose claim set allows create, update and delete of ${resource}`
    return isAboutData(type)
      ? `${outOfReach(resource)}, or ${useAnother} without relationship-based authorization.`
      : `${lacks}: ${useAnother}.`
  }
  const throughRelationship = `allows the ${op} of ${resource} only through a relationship, as EdFiSandbox does if the server checks relationships`
  const cause = type.endsWith(":action")
    ? `${lacks}, or ${throughRelationship}`
    : `The key's claim set ${throughRelationship}`
  const endpoint = resource.toLowerCase().replace(/s?$/, "s")
  return `${cause}: use a claim set without relationship-based authorization, or give each record a relationship, as --resources ${endpoint} --companions always does.`
}

const addressAdvice = ({ op }: Refusal): string => {
  if (op === null) {
    return `There is no batch endpoint at this address: check --baseUrl and --batchPath. ${useSingleRequests}`
  }
  return op === "create"
    ? "The server has no such resource at this address: check --baseUrl and --apiPrefix, and the Data Standard of the server."
    : `The server does not find the record that was just created: check --baseUrl and --apiPrefix. ${showOperations}`
}

/** A document refers to data that the server does not have. */
const missingAdvice =
  "Load the missing data (references, descriptors of Data Standard 5.x), or choose data that the server has with --localEducationOrganizationId and --schoolYear. " +
  showOperations

const isUnresolved = ({ problem }: Refusal): boolean =>
  problem.type?.endsWith(":unresolved-reference") === true ||
  Object.entries(problem.validationErrors ?? {}).some((error) => /descriptor/i.test(error.flat().join(" ")))

/** @param batch of the scenario; `undefined` where it sends single requests */
export const refusalAdvice = (refusal: Refusal, batch: BatchSize | undefined): string => {
  const { op, problem, status } = refusal
  switch (status) {
    case 403:
      return claimsAdvice(refusal)
    case 404:
    case 405:
      return addressAdvice(refusal)
    case 413:
      return op === null && batch !== undefined
        ? sizeAdvice(problem.message ?? [problem.detail, ...(problem.errors ?? [])].join(" "), batch)
        : "The document is larger than the server, or a gateway before it, accepts."
    default:
      return isUnresolved(refusal) ? missingAdvice : showOperations
  }
}
