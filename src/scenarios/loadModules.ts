/** Custom scenarios: modules whose default export is a scenario, or an array of scenarios. */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { fileURLToPath } from "node:url"
import { excerpt } from "../domain/excerpt.ts"
import { tripleCounts } from "../domain/tripleCounts.ts"
import type { Scenario } from "../engine/Scenario.ts"
import type { FixtureError } from "../fixtures/SharedFixtures.ts"
import type { ScenarioServices } from "./index.ts"
import { useOwnPackages } from "./ownPackages.ts"

/** A module that `--scenario` names cannot be used; nothing was sent. Exit code 2. */
export class WrongScenarioModule extends Schema.TaggedError<WrongScenarioModule>()("WrongScenarioModule", {
  module: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `--scenario ${this.module}: ${this.detail}`
  }
}

/** A scenario of a module could not be prepared; no load was sent. Exit code 3. */
export class ScenarioNotReady extends Schema.TaggedError<ScenarioNotReady>()("ScenarioNotReady", {
  scenario: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `scenario ${this.scenario} could not be prepared: ${this.detail}`
  }
}

/** A scenario that the command can run. */
export type RunnableScenario = Scenario<FixtureError | ScenarioNotReady, ScenarioServices>

type ForeignScenario = Scenario<unknown, ScenarioServices>

const isTripleCount = (value: unknown): boolean =>
  value === "configured" ||
  value === "none" ||
  (Predicate.isNumber(value) && Number.isSafeInteger(value) && value >= 1)

/** The expected type of each member of a scenario, as text and as a check. */
const members: Readonly<Record<keyof ForeignScenario, readonly [string, (value: unknown) => boolean]>> = {
  name: ["a text without blanks", (value) => Predicate.isString(value) && /^\S+$/.test(value)],
  testType: ["a text without blanks", (value) => Predicate.isString(value) && /^[\w-]+$/.test(value)],
  description: ["a text", Predicate.isString],
  byDefault: ["true or false", Predicate.isBoolean],
  tripleCount: ['"configured", "none" or a number of triples', isTripleCount],
  operationsPerRecord: [
    "a function, or absent",
    (value) => value === undefined || Predicate.isFunction(value)
  ],
  resource: ["a text, or absent", (value) => value === undefined || Predicate.isString(value)],
  requestNames: ["a function", Predicate.isFunction],
  prepare: ["a function", Predicate.isFunction]
}

/** Calls `requestNames` once, so that a mistake in it is found before any load. */
const returnsTexts = (requestNames: unknown, scenario: unknown): boolean =>
  Predicate.isFunction(requestNames) &&
  Option.exists(
    Option.liftThrowable((): unknown => Reflect.apply(requestNames, scenario, [{ batchTripleCount: 1 }]))(),
    (names) => Array.isArray(names) && names.length > 0 && names.every(Predicate.isString)
  )

/** The reason why a value is not a scenario; `undefined` if it is one. */
const mistakeIn = (value: unknown): string | undefined => {
  if (!Predicate.isRecord(value)) return "is not a scenario"
  const wrong = Object.entries(members).find(([name, [, isRight]]) => !isRight(value[name]))
  const owner = Predicate.isString(value["name"]) ? ` of ${excerpt(value["name"], 100)}` : ""
  if (wrong === undefined) {
    return returnsTexts(value["requestNames"], value)
      ? undefined
      : `is not a scenario: requestNames${owner} does not return an array of texts`
  }
  const [name, [expected]] = wrong
  return `is not a scenario: ${name}${owner} is not ${expected}`
}

/** Narrows a value in which `mistakeIn` found nothing. */
const isChecked = (value: unknown): value is ForeignScenario => Predicate.isRecord(value)

const messageOf = (error: unknown): string =>
  excerpt(
    Predicate.isError(error) || Predicate.hasProperty(error, "message")
      ? String(error.message)
      : String(error),
    500
  )

/** Errors and defects of `prepare` become `ScenarioNotReady`: they are mistakes of the module, not of this program. */
const named = (scenario: ForeignScenario): RunnableScenario => ({
  // Member by member, because a scenario may be an instance of a class.
  name: scenario.name,
  testType: scenario.testType,
  description: scenario.description,
  byDefault: scenario.byDefault,
  tripleCount: scenario.tripleCount,
  operationsPerRecord: (options) => scenario.operationsPerRecord?.(options) ?? tripleCounts(),
  ...(scenario.resource === undefined ? {} : { resource: scenario.resource }),
  requestNames: (options) => scenario.requestNames(options),
  prepare: (options) =>
    Effect.suspend(() => scenario.prepare(options)).pipe(
      Effect.filterOrDie(
        (workload) =>
          Predicate.hasProperty(workload, "iteration") && Predicate.isFunction(workload.iteration),
        () => new Error("prepare does not return a workload: an object with name and iteration")
      ),
      Effect.catchAllCause((cause) =>
        Cause.isInterruptedOnly(cause)
          ? Effect.interrupt
          : new ScenarioNotReady({ scenario: scenario.name, detail: messageOf(Cause.squash(cause)) })
      )
    )
})

const loadModule = (url: string): Effect.Effect<ReadonlyArray<RunnableScenario>, WrongScenarioModule> =>
  Effect.gen(function* () {
    const wrong = (detail: string) => new WrongScenarioModule({ module: fileURLToPath(url), detail })
    const loaded: unknown = yield* Effect.tryPromise({
      try: () => import(url),
      catch: (error) => wrong(`cannot be loaded: ${messageOf(error).replace(/ imported from .*/, "")}`)
    })
    const exported = Predicate.isRecord(loaded) ? loaded["default"] : undefined
    const values: ReadonlyArray<unknown> = Array.isArray(exported) ? exported : [exported]
    const mistake = Arr.findFirst(values, (value) => Option.fromNullable(mistakeIn(value)))
    if (Option.isSome(mistake) || values.length === 0) {
      return yield* wrong(
        `its default export ${Option.getOrElse(mistake, () => "is empty")}; expected a scenario, or an array of scenarios`
      )
    }
    return values.filter(isChecked).map(named)
  })

/**
 * Loads the scenarios of some modules. Their imports of `edfi-perf` and `effect` resolve to this program's own copies.
 *
 * @param urls `file:///home/me/mine.js`
 */
export const loadModules = (
  urls: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<RunnableScenario>, WrongScenarioModule> =>
  urls.length === 0
    ? Effect.succeed([])
    : Effect.zipRight(useOwnPackages, Effect.map(Effect.forEach(urls, loadModule), Arr.flatten))
