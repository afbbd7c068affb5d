/** What a plan found out: for a program that decides what to do next. */
import { FileSystem } from "@effect/platform"
import { PlanReportJson } from "edfi-perf/result"
import { Effect, Schema } from "effect"

/**
 * @param folder of `edfi-perf plan`, `out/2026-11`
 * @example { answer: "3 of 3 phases completed. ...", causes: ["knee: server"], next: ["Measure phase knee with soakAfter, such as 60m."] }
 */
export const planAnswer = (folder: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const text = yield* fs.readFileString(`${folder}/report.json`)
    const { answer, next, phases } = yield* Schema.decode(PlanReportJson)(text)
    return {
      answer,
      causes: phases.flatMap(({ limits, name }) => limits.map(({ kind }) => `${name}: ${kind}`)),
      next: next.map(({ experiment }) => experiment)
    }
  })
