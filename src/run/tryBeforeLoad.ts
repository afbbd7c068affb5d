/** What a load of chosen resources finds out by writing: a person, and a record of each resource of `all`. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { makeKeySpace } from "../documents/generatedKeys.ts"
import { type DocumentsPlan, planDocuments, type RecordPlan } from "../documents/planDocuments.ts"
import type { ServerFacts } from "../documents/ServerFacts.ts"
import { findServerFacts } from "../fixtures/findServerFacts.ts"
import { probeCompanions } from "../fixtures/probeCompanions.ts"
import { tryRecords } from "../fixtures/tryRecords.ts"
import { neededDescriptors } from "../schema/neededDescriptors.ts"
import type { Extent } from "../schema/recordNeeds.ts"
import type { ApiModel, ResourceSchema } from "../schema/ResourceSchema.ts"
import type { RunSpec } from "./RunSpec.ts"

/** Whether people get the associations that their updates may need; `auto` asks the server. */
export type CompanionUse = "auto" | "never" | "always"

/** The test types whose loads update people: those of which a person is tried before the load. */
const updatingTestTypes: ReadonlySet<string> = new Set(["BATCH_VOLUME", "PIPECLEAN", "VOLUME"])

/** The test types whose loads leave out what the key may not write. */
const writingTestTypes: ReadonlySet<string> = new Set(["BATCH_VOLUME", "VOLUME"])

/**
 * Whether people may have companions: the one or two answers that are open.
 *
 * @param people that the load creates
 */
export const openCompanions = (
  use: CompanionUse,
  people: ReadonlyArray<ResourceSchema>,
  testType: string
): Arr.NonEmptyReadonlyArray<boolean> => {
  if (use !== "auto") return [use === "always"]
  return people.length > 0 && updatingTestTypes.has(testType) ? [false, true] : [false]
}

/** The keys of the records that are tried before a load: one user, whose number is that of the fixtures. */
const trialSpace = (seed: number, { keyUse }: DocumentsPlan) =>
  makeKeySpace({ users: 1, perIteration: 1, loads: 1, fixtureSeed: seed }, keyUse)

/**
 * Asks the server whether people need companions, if the settings leave that open. One person is enough, because claim sets
 * treat them alike.
 */
const decideCompanions = (
  model: ApiModel,
  [person]: ReadonlyArray<ResourceSchema>,
  [certain, ...others]: ReturnType<typeof openCompanions>,
  facts: ServerFacts,
  seed: number
) =>
  Effect.gen(function* () {
    if (person === undefined || others.length === 0) return certain
    const plan = planDocuments(model, [person], { extent: "minimal", facts })
    const [planned] = plan.records
    return planned !== undefined && (yield* probeCompanions(planned, yield* trialSpace(seed, plan)))
  })

/** What a load of some resources creates. */
interface Writing {
  readonly model: ApiModel
  /** Those whose documents need values of the server. */
  readonly generated: ReadonlyArray<ResourceSchema>
  /** The people that the load creates, students first. */
  readonly people: ReadonlyArray<ResourceSchema>
}

/**
 * Plans a load with the values that the server has. The settings are checked with and without companions before anything is
 * written to find out whether people need them.
 *
 * @param planOf each of the answers that the settings leave open
 * @param check of the settings with a plan
 */
export const planWithCompanions = <P, A, E, R>(
  { generated, model, people }: Writing,
  { companions: use, document }: { readonly companions: CompanionUse; readonly document: Extent },
  { fixtures, seed, testType }: Pick<RunSpec, "fixtures" | "seed" | "testType">,
  planOf: (companions: boolean, facts: ServerFacts) => P,
  check: (planned: P) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const open = openCompanions(use, people, testType)
    const wanted = neededDescriptors(model, [...generated, ...people.slice(0, 1)], document, {
      companions: open.includes(true)
    })
    const facts = yield* findServerFacts(wanted, fixtures)
    const plans = Arr.map(open, (companions) => ({ companions, planned: planOf(companions, facts) }))
    const checked = yield* Effect.forEach(plans, ({ planned }) => Effect.either(check(planned)))
    const [first] = checked
    if (first !== undefined && checked.every(Either.isLeft)) yield* first
    const decided = yield* decideCompanions(model, people, open, facts, seed)
    return (plans.find(({ companions }) => companions === decided) ?? plans[0]).planned
  })

/** The plan without the resources that the key may not write. */
export const withoutForbidden = (plan: DocumentsPlan, testType: string, seed: number) =>
  Effect.gen(function* () {
    if (!writingTestTypes.has(testType)) return plan
    const forbidden = yield* tryRecords(plan, yield* trialSpace(seed, plan))
    const isAllowed = ({ path }: RecordPlan) => !forbidden.some((each) => each.path === path)
    return {
      ...plan,
      records: plan.records.filter(isAllowed),
      leftOut: [...plan.leftOut, ...forbidden]
    }
  })
