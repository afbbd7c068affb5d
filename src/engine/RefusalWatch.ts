/** Watches the first iterations of each scenario for a refusal that all of them have in common. */
import * as Schema from "effect/Schema"
import { isSameRefusal, iterationsToJudge, Refusal, type RefusedScenario } from "../domain/Refusal.ts"

/** The outcome of some iterations: none has ended, all were refused alike, or at least one differed. */
const FirstIterations = Schema.Union(
  Schema.TaggedStruct("None", {}),
  Schema.TaggedStruct("Refused", { refusal: Refusal, count: Schema.Int.pipe(Schema.positive()) }),
  Schema.TaggedStruct("Varied", {})
)
type FirstIterations = typeof FirstIterations.Type

const none: FirstIterations = { _tag: "None" }
const varied: FirstIterations = { _tag: "Varied" }

/** @param refusal `undefined` where the iteration succeeded, or failed in another way */
export const oneIteration = (refusal: Refusal | undefined): FirstIterations =>
  refusal === undefined ? varied : { _tag: "Refused", refusal, count: 1 }

/** Both together, in either order. */
const joined = (a: FirstIterations, b: FirstIterations): FirstIterations => {
  if (a._tag === "None") return b
  if (b._tag === "None") return a
  if (a._tag === "Varied" || b._tag === "Varied") return varied
  return isSameRefusal(a.refusal, b.refusal) ? { ...a, count: a.count + b.count } : varied
}

/** The iterations of a scenario that one thread observed, for the thread that decides. */
export const ScenarioIterations = Schema.Struct({ scenario: Schema.String, iterations: FirstIterations })
export interface ScenarioIterations extends Schema.Schema.Type<typeof ScenarioIterations> {}

interface Watched {
  iterations: FirstIterations
  /** How many refused iterations were added, including those already taken. */
  refused: number
  /** Whether further iterations can change the outcome. */
  open: boolean
}

export class RefusalWatch {
  private readonly scenarios: ReadonlyMap<string, Watched>
  private open: boolean
  private verdict: RefusedScenario | undefined

  /** @param enabled a run that accepts any share of failures needs no watch */
  constructor(names: ReadonlyArray<string>, enabled: boolean) {
    this.scenarios = new Map(names.map((name) => [name, { iterations: none, refused: 0, open: enabled }]))
    this.open = enabled
  }

  /** Whether iterations of any scenario still count; once false, it stays false. */
  get isOpen(): boolean {
    return this.open
  }

  /** Whether iterations of this scenario still count. */
  watches(scenario: string): boolean {
    return this.scenarios.get(scenario)?.open === true
  }

  /** The first scenario with enough iterations that met the same refusal. */
  get refused(): RefusedScenario | undefined {
    return this.verdict
  }

  /** Whether a scenario may yet turn out to be refused: some of its iterations were, and none differed. */
  get isSuspicious(): boolean {
    return [...this.scenarios.values()].some(({ iterations, open }) => open && iterations._tag === "Refused")
  }

  add({ iterations, scenario }: ScenarioIterations): void {
    const watched = this.scenarios.get(scenario)
    if (watched?.open !== true) return
    const all = joined(watched.iterations, iterations)
    watched.iterations = all
    if (iterations._tag === "Refused") watched.refused += iterations.count
    if (all._tag === "Varied" || watched.refused >= iterationsToJudge) this.close(watched)
    if (all._tag === "Refused" && all.count >= iterationsToJudge) {
      this.verdict ??= { _tag: "RefusedScenario", scenario, refusal: all.refusal }
    }
  }

  /** Adds what several threads observed at the same time; iterations that differ are added first. */
  addAll(observed: ReadonlyArray<ScenarioIterations>): void {
    const isVaried = ({ iterations }: ScenarioIterations) => iterations._tag === "Varied"
    for (const each of observed) if (isVaried(each)) this.add(each)
    for (const each of observed) if (!isVaried(each)) this.add(each)
  }

  /** The iterations that were added since the last call. */
  take(): ReadonlyArray<ScenarioIterations> {
    return [...this.scenarios].flatMap(([scenario, watched]) => {
      const { iterations } = watched
      watched.iterations = none
      return iterations._tag === "None" ? [] : [{ scenario, iterations }]
    })
  }

  private close(watched: Watched): void {
    watched.open = false
    this.open = [...this.scenarios.values()].some(({ open }) => open)
  }
}
