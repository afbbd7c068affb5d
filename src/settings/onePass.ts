/** Test types whose run is one pass over the resources, and the settings that mean nothing there. */
import type { LoadPlan } from "../engine/LoadPlan.ts"
import type { GivenSettings, ReportProblem } from "./readSettings.ts"
import type { RunSettings } from "./RunSettings.ts"

export const onePassTypes = ["PIPECLEAN", "CHANGE_QUERY"] as const
export type OnePassType = (typeof onePassTypes)[number]

type Name = keyof RunSettings

interface OnePass {
  /** Completes "cannot be combined with --testType PIPECLEAN: ". */
  readonly reason: string
  readonly unused: ReadonlyArray<Name>
}

/** What decides about the load in other test types. */
const loadSettings = [
  "runTimeInMinutes",
  "recordCount",
  "warmUp",
  "arrivalRate",
  "stages",
  "minWait",
  "maxWait",
  "workers",
  "agents",
  "batchTripleCountFor",
  "failDeliberately",
  "deleteResources"
] as const satisfies ReadonlyArray<Name>

const onePass: Readonly<Record<OnePassType, OnePass>> = {
  PIPECLEAN: {
    reason: "one user takes one record of each resource from its creation to its deletion",
    unused: [...loadSettings, "clientCount", "spawnRate"]
  },
  CHANGE_QUERY: {
    reason: "the run reads the changes of each resource once",
    unused: [...loadSettings, "document"]
  }
}

/** @example onePassType("pipeclean ") // "PIPECLEAN" */
export const onePassType = (testType: string): OnePassType | undefined =>
  onePassTypes.find((type) => type === testType.trim().toUpperCase())

/**
 * The test type of a scenario, by the end of its name.
 *
 * @example onePassTypeOf("CoursePipecleanTest") // "PIPECLEAN"
 */
export const onePassTypeOf = (scenario: string): OnePassType | undefined => {
  if (/PipecleanTest$/i.test(scenario)) return "PIPECLEAN"
  return /ChangeQueryTest$/i.test(scenario) ? "CHANGE_QUERY" : undefined
}

/** The resources of a run that names none. @see api-facts section 6 for those of CHANGE_QUERY */
export const defaultResources: Readonly<Record<OnePassType, ReadonlyArray<string>>> = {
  PIPECLEAN: ["all"],
  CHANGE_QUERY: [
    "courses",
    "courseOfferings",
    "localEducationAgencies",
    "schools",
    "sections",
    "sessions",
    "staffs",
    "staffSectionAssociations",
    "students",
    "studentSectionAssociations",
    "studentSectionAttendanceEvents",
    "studentEducationOrganizationAssociations"
  ]
}

/** The name that the Python suite gives the state of CHANGE_QUERY. */
export const changeStateName = "change_version_tracker.json"

const typeIn = ({ testType }: GivenSettings): OnePassType | undefined =>
  typeof testType?.value === "string" ? onePassType(testType.value) : undefined

/** A variable without effect may be meant for another run. */
export const withoutUnusedVariables = (given: GivenSettings): GivenSettings => {
  const type = typeIn(given)
  if (type === undefined) return given
  const unused = new Set<string>(onePass[type].unused)
  return Object.fromEntries(
    Object.entries(given).filter(([name, setting]) => setting?.from !== "variable" || !unused.has(name))
  )
}

/** Reports flags without effect. @param refuseFlag reports a flag, not a variable */
export const refuseUnusedInOnePass = (
  testType: string,
  given: GivenSettings,
  refuseFlag: ReportProblem
): void => {
  const type = onePassType(testType)
  if (type !== "CHANGE_QUERY") refuseFlag("changeState", "requires --testType CHANGE_QUERY")
  if (type === undefined) return
  const { reason, unused } = onePass[type]
  for (const name of unused) {
    // One user is what there is.
    if (name === "clientCount" && given[name]?.value === "1") continue
    refuseFlag(name, `cannot be combined with --testType ${type}: ${reason}`)
  }
}

/**
 * The plan of the test type: one pass, and where every resource has a verdict no end because of failures; other plans
 * unchanged.
 */
export const inOnePass = (testType: string, plan: LoadPlan, given: GivenSettings): LoadPlan => {
  const type = onePassType(testType)
  if (type === undefined || plan._tag !== "Users") return plan
  const isAlone = type === "PIPECLEAN" || given["clientCount"] === undefined
  return {
    ...plan,
    passes: 1,
    runMillis: Number.POSITIVE_INFINITY,
    users: isAlone ? 1 : plan.users,
    maxFailRatio: type === "PIPECLEAN" && given["maxFailRatio"] === undefined ? 1 : plan.maxFailRatio
  }
}
