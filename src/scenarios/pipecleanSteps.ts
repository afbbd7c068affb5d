/**
 * The steps of one record of PIPECLEAN as a state machine, without requests: which step follows, and what the verdict is.
 *
 * | after | follows |
 * |---|---|
 * | a step that succeeded | the next one in the order of `steps`, as far as the resource has it |
 * | the first failure | `deleteCompanions` and `delete` if the record is there, then `deleteParents` if the record is gone |
 * | a second failure | the same; the verdict stays that of the first |
 */
import { type ResourceVerdict, type Step, steps } from "../domain/ResourceVerdict.ts"

/** What a resource lets a client do. */
export interface Walkable {
  /** Without it, the resource is only read. */
  readonly canCreate: boolean
  readonly canUpdate: boolean
  readonly canDelete: boolean
  /** Whether the record is a person with a companion. */
  readonly hasCompanions: boolean
}

/** Why a step failed. */
export interface StepFailure {
  /** `PUT /data/ed-fi/students/{id}` */
  readonly request: string
  readonly problem: string
}

interface Failed extends StepFailure {
  readonly step: Step
}

export interface WalkState {
  readonly walkable: Walkable
  /** The steps that were tried, in their order. */
  readonly tried: ReadonlyArray<Step>
  /** The first failure. */
  readonly failed: Failed | undefined
  /** Whether the record was created and not deleted since. */
  readonly isThere: boolean
}

export const beginWalk = (walkable: Walkable): WalkState => ({
  walkable,
  tried: [],
  failed: undefined,
  isThere: false
})

const readOnlySteps: ReadonlySet<Step> = new Set(["list", "read"])

/** The steps of a resource, in their order. */
export const stepsOf = ({
  canCreate,
  canDelete,
  canUpdate,
  hasCompanions
}: Walkable): ReadonlyArray<Step> => {
  if (!canCreate) return steps.filter((step) => readOnlySteps.has(step))
  const left = new Set<Step>(steps)
  const leaveOut = (...others: ReadonlyArray<Step>) => others.forEach((step) => left.delete(step))
  if (!hasCompanions) leaveOut("createCompanions", "deleteCompanions")
  if (!canUpdate) leaveOut("update", "readUpdated")
  if (!canDelete) leaveOut("deleteCompanions", "delete", "readDeleted", "deleteParents")
  return [...left]
}

/** What is left to do after a failure: nothing stays that can be deleted. */
const isCleanUp = (step: Step, { isThere }: WalkState): boolean =>
  isThere ? step === "deleteCompanions" || step === "delete" : step === "deleteParents"

/** The step that follows; `undefined` at the end. */
export const nextStep = (state: WalkState): Step | undefined => {
  const { failed, tried, walkable } = state
  const order = stepsOf(walkable)
  const last = tried.at(-1)
  const left = order.slice(last === undefined ? 0 : order.indexOf(last) + 1)
  return failed === undefined ? left[0] : left.find((step) => isCleanUp(step, state))
}

/** @param failure `undefined` if the step succeeded */
export const afterStep = (state: WalkState, step: Step, failure: StepFailure | undefined): WalkState => ({
  ...state,
  tried: [...state.tried, step],
  failed: state.failed ?? (failure === undefined ? undefined : { step, ...failure }),
  isThere: failure !== undefined ? state.isThere : step === "create" || (step !== "delete" && state.isThere)
})

/** The verdict at the end of a walk. */
export const verdictOf = (resource: string, { failed, walkable }: WalkState): ResourceVerdict => {
  if (failed !== undefined) return { resource, verdict: "failed", ...failed }
  return { resource, verdict: walkable.canCreate ? "passed" : "readOnly" }
}

/**
 * The verdict of a resource that needs one that has failed; `undefined` if none has, so that it is tried. Its refusal would
 * mostly have the same cause: records of students that are not enrolled, say.
 *
 * @param needs paths of its fixtures and new parents
 * @param failed paths of the resources that failed so far, as themselves or as a parent
 */
export const notTried = (
  resource: string,
  needs: ReadonlyArray<string>,
  failed: ReadonlySet<string>
): ResourceVerdict | undefined => {
  const cause = needs.find((path) => failed.has(path))
  return cause === undefined
    ? undefined
    : { resource, verdict: "notTried", problem: `because ${cause} failed` }
}
