/** A scenario that was refused from the start, for reports: the refusal and its remedy. */
import * as Schema from "effect/Schema"
import { describeProblem, type Problem } from "../domain/Problem.ts"
import { iterationsToJudge, type Refusal, type RefusedScenario } from "../domain/Refusal.ts"
import { type BatchSize, refusalAdvice } from "./refusalAdvice.ts"

export const RefusedStart = Schema.Struct({
  scenario: Schema.String,
  /** `null` where the server refused the whole batch. */
  op: Schema.NullOr(Schema.String),
  resource: Schema.NullOr(Schema.String),
  status: Schema.Int,
  /** The server's problem type. */
  problemType: Schema.NullOr(Schema.String),
  /** Iterations that sent the refused request. The first ten of them ended the run; the others were in flight then. */
  iterations: Schema.Int,
  /** The refusal. */
  sentence: Schema.String,
  /** The remedy. */
  advice: Schema.String
})
export interface RefusedStart extends Schema.Schema.Type<typeof RefusedStart> {}

/** Errors of a problem that are listed. */
const maxErrors = 3

/** The problem in one line, with the errors that its detail does not mention. */
const problemText = (problem: Problem): string => {
  const described = describeProblem(problem)
  const errors = [
    ...Object.entries(problem.validationErrors ?? {}).flatMap(([path, texts]) =>
      texts.map((text) => `${path}: ${text}`)
    ),
    ...(problem.errors ?? [])
  ].filter((error) => !described.includes(error))
  const more = errors.length > maxErrors ? [`${errors.length - maxErrors} more`] : []
  return [described, ...errors.slice(0, maxErrors), ...more]
    .map((text) => text.replace(/\.$/, ""))
    .filter((text) => text !== "")
    .join("; ")
}

/** @example "update students", "a batch of 30 operations" */
const refusedRequest = ({ op, resource }: Refusal, batch: BatchSize | undefined): string => {
  if (op !== null) return `${op} ${resource ?? ""}`.trim()
  return batch === undefined
    ? "the request"
    : `a batch of ${batch.operationsPerRecord * batch.tripleCount} operations`
}

/**
 * @param iterations that sent the refused request, at least ten
 * @param batch of the scenario; `undefined` where it sends single requests
 */
export const refusedStart = (
  { refusal, scenario }: RefusedScenario,
  iterations: number,
  batch: BatchSize | undefined
): RefusedStart => {
  const { op, problem, resource, status } = refusal
  const text = problemText(problem)
  return {
    scenario,
    op,
    resource,
    status,
    problemType: problem.type ?? null,
    iterations,
    sentence:
      `${scenario} was refused from the start: in each of the first ${iterationsToJudge} of ${iterations} iterations, ` +
      `${refusedRequest(refusal, batch)} was rejected with ${status}${text === "" ? "" : ` (${text})`}.`,
    advice: refusalAdvice(refusal, batch)
  }
}

/** Both sentences. */
export const refusedText = ({ advice, sentence }: Pick<RefusedStart, "advice" | "sentence">): string =>
  `${sentence} ${advice}`
