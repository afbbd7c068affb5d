/** What a run found about resources: verdicts of PIPECLEAN, and what CHANGE_QUERY read. */
import * as Schema from "effect/Schema"
import { ChangesRead, type ChangeWindow } from "../domain/ChangesRead.ts"
import type { Findings } from "../domain/FindingSink.ts"
import { ResourceVerdict } from "../domain/ResourceVerdict.ts"
import { rounded } from "../metrics/rounded.ts"
import { figure, plural } from "./numberFormat.ts"

export const ChangeQuery = Schema.Struct({
  /** Change versions, both inclusive; the newest one of the server was read first. */
  minChangeVersion: Schema.NonNegativeInt,
  maxChangeVersion: Schema.NonNegativeInt,
  /** All changes of all resources were read, so that the next run begins after `maxChangeVersion`. */
  complete: Schema.Boolean,
  /** Resources of the run; those without an entry in `resources` were not reached. */
  planned: Schema.NonNegativeInt,
  resources: Schema.Array(ChangesRead)
})
export interface ChangeQuery extends Schema.Schema.Type<typeof ChangeQuery> {}

/** What a run is going to find out. */
export interface PlannedFindings {
  /** The resources of PIPECLEAN; `undefined` in other test types. */
  readonly pipeclean?: ReadonlyArray<string> | undefined
  /** Set in CHANGE_QUERY. */
  readonly changes?: { readonly window: ChangeWindow; readonly resources: number } | undefined
}

/** At the end of a run every resource has a verdict. */
export const verdictsOf = (
  { pipeclean }: PlannedFindings,
  { verdicts }: Findings,
  hasEnded: boolean
): ReadonlyArray<ResourceVerdict> | null => {
  if (pipeclean === undefined) return null
  const found = new Set(verdicts.map(({ resource }) => resource))
  const missing = hasEnded ? pipeclean.filter((resource) => !found.has(resource)) : []
  return [
    ...verdicts,
    ...missing.map((resource) => ({
      resource,
      verdict: "notTried" as const,
      problem: "the run ended before it"
    }))
  ]
}

export const changeQueryOf = (
  { changes: planned }: PlannedFindings,
  { changes }: Findings
): ChangeQuery | null =>
  planned === undefined
    ? null
    : {
        minChangeVersion: planned.window.min,
        maxChangeVersion: planned.window.max,
        complete: changes.length === planned.resources && changes.every(({ problem }) => problem === null),
        planned: planned.resources,
        resources: changes.map((read) => ({ ...read, seconds: rounded(read.seconds, 3) }))
      }

/** A run with findings, which may be `null`. */
export interface WithFindings {
  readonly pipeclean: ReadonlyArray<ResourceVerdict> | null
  readonly changeQuery: ChangeQuery | null
}

const verdictNames: Readonly<Record<ResourceVerdict["verdict"], string>> = {
  passed: "passed",
  failed: "failed",
  notTried: "not tried",
  readOnly: "read-only"
}

const stepNames: Readonly<Record<NonNullable<ResourceVerdict["step"]>, string>> = {
  parents: "creating its parents",
  list: "list",
  create: "create",
  createCompanions: "creating its companion",
  read: "GET by id",
  find: "GET by key",
  update: "update",
  readUpdated: "GET after the update",
  deleteCompanions: "deleting its companion",
  delete: "delete",
  readDeleted: "GET after the delete",
  deleteParents: "deleting its parents"
}

/** @example "failed at update" */
export const verdictText = ({ step, verdict }: ResourceVerdict): string =>
  step === undefined ? verdictNames[verdict] : `${verdictNames[verdict]} at ${stepNames[step]}`

/** @example "PUT /data/ed-fi/schools/{id}: update schools refused with 403 ..." */
export const verdictReason = ({ problem = "", request }: ResourceVerdict): string =>
  request === undefined ? problem : `${request}: ${problem}`

/** @example "136 resources passed, 1 failed, 1 is read-only." */
export const verdictCounts = (verdicts: ReadonlyArray<ResourceVerdict>): string => {
  const count = (which: ResourceVerdict["verdict"]) =>
    verdicts.filter(({ verdict }) => verdict === which).length
  const parts = [
    `${plural(count("passed"), "resource")} passed`,
    ...(["failed", "notTried", "readOnly"] as const).flatMap((which) =>
      count(which) === 0 ? [] : [`${count(which)} ${verdictNames[which]}`]
    )
  ]
  return `${parts.join(", ")}.`
}

/** Of one resource, all kinds. */
export const rowsOf = ({ changed, deleted, keyChanged }: ChangesRead): number =>
  changed + deleted + keyChanged

/** Which changes were read. @example "Changes 0 to 4,711 of 12 resources were read completely." */
export const changeQueryText = (changeQuery: ChangeQuery): string => {
  const { complete, maxChangeVersion: max, minChangeVersion: min, planned, resources } = changeQuery
  if (min > max) return `There is no change after version ${figure(max)}.`
  const which = `Changes ${figure(min)} to ${figure(max)}`
  if (complete) return `${which} of ${plural(planned, "resource")} were read completely.`
  const read = resources.filter(({ problem }) => problem === null).length
  return `${which} were not read completely (${read} of ${plural(planned, "resource")}), so that the next run reads them again.`
}

/** Why the findings of a run fail it; `undefined` if they do not. */
export const findingsFailure = ({
  changeQuery = null,
  pipeclean = null
}: Partial<WithFindings>): string | undefined => {
  if (pipeclean?.some(({ verdict }) => verdict === "failed") === true) return verdictCounts(pipeclean)
  return changeQuery?.complete === false ? changeQueryText(changeQuery) : undefined
}

/** The findings of a run as a table. */
export interface FindingTable {
  readonly title: string
  /** A sentence about all of them. */
  readonly sentence: string
  readonly head: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
  /** The columns with text; the others have numbers. */
  readonly texts: ReadonlySet<number>
}

const pipecleanTable = (verdicts: ReadonlyArray<ResourceVerdict>): FindingTable => ({
  title: "Resources",
  sentence: verdictCounts(verdicts),
  head: ["resource", "verdict", "reason"],
  rows: verdicts.map((each) => [each.resource, verdictText(each), verdictReason(each)]),
  texts: new Set([0, 1, 2])
})

const changeTable = (changeQuery: ChangeQuery): FindingTable => ({
  title: "Changes",
  sentence: changeQueryText(changeQuery),
  head: ["resource", "changed", "deleted", "key changes", "pages", "seconds", "rows/s", "note"],
  rows: changeQuery.resources.map((read) => [
    read.resource,
    figure(read.changed),
    figure(read.deleted),
    figure(read.keyChanged),
    figure(read.pages),
    figure(read.seconds),
    read.seconds === 0 ? "-" : figure(rowsOf(read) / read.seconds),
    read.problem ?? (read.repeated === 0 ? "" : `${plural(read.repeated, "row")} read twice`)
  ]),
  texts: new Set([0, 7])
})

/** `undefined` for a run whose scenarios report on no resource. */
export const findingTable = ({ changeQuery, pipeclean }: WithFindings): FindingTable | undefined => {
  if (pipeclean !== null) return pipecleanTable(pipeclean)
  return changeQuery === null ? undefined : changeTable(changeQuery)
}
