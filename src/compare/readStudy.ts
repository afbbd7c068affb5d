/** Reads a study as a run: a row for each of its loads, and as its total the load that answers its question. */
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { maxJsonDepth, parseJson } from "../domain/parseJson.ts"
import { Capacity, highestStep } from "../result/Capacity.ts"
import type { ComparedRun } from "../result/Comparison.ts"
import type { Figures } from "../result/Figures.ts"
import { isLimitedSlice, limitText } from "../result/limitText.ts"
import type { MeasuredSlice, StudyHead } from "../result/MeasuredSlice.ts"
import { plural } from "../result/numberFormat.ts"
import { kneeLoad, loadText, Stress } from "../result/Stress.ts"
import { isSamePlace, markedPlace, sizeOf, sizeText, Sweep } from "../result/Sweep.ts"
import { batchSizeText, Versus } from "../result/Versus.ts"
import { endings } from "../result/verdict.ts"
import { cleaned } from "./cleaned.ts"
import { comparedFigures, comparedSucceeded } from "./comparedFigures.ts"
import { UnreadableRun } from "./UnreadableRun.ts"

/** A load of a study. */
interface Part {
  /** @example "10 users", "batches" */
  readonly name: string
  readonly figures: Figures
  readonly slices: ReadonlyArray<MeasuredSlice>
}

/** What a comparison takes from a study. */
interface Parts {
  readonly head: StudyHead
  readonly testType: string
  readonly model: ComparedRun["model"]
  readonly parts: ReadonlyArray<Part>
  /** The one that answers the question of the study; `undefined` without an answer. */
  readonly main: Part | undefined
  /** Whether the answer of `stress` is a lower bound, because the load beyond it could not be judged. */
  readonly isBound?: boolean
}

const partsOfSweep = (sweep: Sweep): Parts => {
  const marked = markedPlace(sweep.answer)
  const points = sweep.points.flatMap((point) => {
    const { clientCount, figures, slices } = point
    const size = sizeOf(point) === null ? [] : [sizeText(point, sweep.operationsPerRecord)]
    return figures === null
      ? []
      : [{ point, part: { name: [plural(clientCount, "user"), ...size].join(", "), figures, slices } }]
  })
  return {
    head: sweep,
    testType: sweep.testType,
    model: "closed",
    parts: points.map(({ part }) => part),
    main: points.find(({ point }) => marked !== undefined && isSamePlace(marked.place, point))?.part
  }
}

const partsOfVersus = (versus: Versus): Parts => {
  const { batch, single } = versus
  const batches = { name: `batches of ${batchSizeText(versus)}`, figures: batch, slices: batch.slices }
  return {
    head: versus,
    testType: "versus",
    model: "closed",
    parts: [{ name: "single requests", figures: single, slices: single.slices }, batches],
    main: batches
  }
}

const partsOfCapacity = (capacity: Capacity): Parts => {
  const step = highestStep(capacity)
  const main =
    step === undefined ? undefined : { name: "highest rate", figures: step.slice, slices: [step.slice] }
  const { testType } = capacity.config
  return {
    head: capacity,
    testType: typeof testType === "string" ? testType : "capacity",
    model: "open",
    parts: main === undefined ? [] : [main],
    main
  }
}

const partsOfStress = (stress: Stress): Parts => {
  const parts = stress.steps.map(({ figures, load, slices }) => ({
    load,
    part: { name: loadText(stress.raised, load), figures, slices }
  }))
  return {
    head: stress,
    testType: stress.testType,
    model: stress.raised === "rate" ? "open" : "closed",
    parts: parts.map(({ part }) => part),
    main: parts.find(({ load }) => load === kneeLoad(stress.knee))?.part,
    isBound: stress.knee._tag === "Limited" || stress.knee._tag === "Locked"
  }
}

/** The document of each study, by the name of its file. */
const readers = {
  "sweep.json": (value: unknown) => Effect.map(Schema.decodeUnknown(Sweep)(value), partsOfSweep),
  "versus.json": (value: unknown) => Effect.map(Schema.decodeUnknown(Versus)(value), partsOfVersus),
  "capacity.json": (value: unknown) => Effect.map(Schema.decodeUnknown(Capacity)(value), partsOfCapacity),
  "stress.json": (value: unknown) => Effect.map(Schema.decodeUnknown(Stress)(value), partsOfStress)
} as const

type StudyFile = keyof typeof readers

/** @example isStudyFile("sweep.json") // true */
export const isStudyFile = (name: string): name is StudyFile => name in readers

const notesOf = ({ head, isBound = false, main }: Parts): ComparedRun["notes"] => {
  const slices = main?.slices ?? []
  const limited = slices.filter(isLimitedSlice).length
  const { endedBy } = head
  return [
    ...(limited > 0 && limited >= slices.length / 2
      ? [{ kind: "limited" as const, sentence: `In the load that is compared, ${limitText(slices)}.` }]
      : []),
    ...(isBound
      ? [
          {
            kind: "bound" as const,
            sentence: "The load that is compared is no knee: the one beyond it could not be judged."
          }
        ]
      : []),
    ...(endedBy === "completed" ? [] : [{ kind: "endedEarly" as const, sentence: endings[endedBy].long }])
  ]
}

const comparedRun = (path: string, study: Parts): ComparedRun => {
  const { head, main, model, parts, testType } = study
  return {
    label: path,
    path,
    source: "edfi-perf",
    testType,
    model,
    startedAt: head.startedAt,
    elapsedSeconds: head.elapsedSeconds,
    users: Math.max(0, ...parts.flatMap(({ slices }) => slices.map(({ users }) => users))),
    endedBy: head.endedBy === "completed" ? "runTime" : head.endedBy,
    total: comparedFigures(main?.figures, []),
    succeeded: main === undefined ? null : comparedSucceeded(main.figures),
    byName: parts.map(({ figures, name }) => ({
      name,
      method: "",
      figures: comparedFigures(figures, []),
      succeeded: comparedSucceeded(figures)
    })),
    unknown: [],
    config: head.config,
    notes: notesOf(study),
    lostAgents: [],
    timeline: []
  }
}

/** @param path names the file in errors */
export const readStudy = (
  path: string,
  name: StudyFile,
  text: string
): Effect.Effect<ComparedRun, UnreadableRun> => {
  const unreadable = (reason: string) =>
    new UnreadableRun({ path, detail: `is not a valid ${name}: ${reason}` })
  const value = parseJson(text)
  if (value === undefined)
    return Effect.fail(unreadable(`it is not JSON, or nested more than ${maxJsonDepth} deep`))
  return Effect.mapBoth(readers[name](cleaned(value)), {
    onFailure: (error) => {
      const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
      return unreadable(
        issue === undefined ? error.message : `at ${issue.path.map(String).join(".")}: ${issue.message}`
      )
    },
    onSuccess: (study) => comparedRun(path, study)
  })
}
