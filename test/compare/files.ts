/** Folders of runs on a disk, for tests that read them. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { readRun } from "../../src/compare/readRun.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { summarize, summaryJson } from "../../src/result/Summary.ts"
import { samples } from "../result/summaryOf.ts"

const summaryText = Effect.gen(function* () {
  const recorder = yield* Recorder
  for (const sample of samples) recorder.unsafeRecord(sample)
  recorder.unsafeEndSlice(3, 10)
  const asked = {
    testType: "BATCH_VOLUME",
    model: "closed" as const,
    plannedSeconds: 60,
    maxFailRatio: 0.5,
    failOnLimited: false,
    isLocal: false,
    requestNames: ["students-batch-2"],
    thresholds: [],
    config: { clientCount: 3 }
  }
  const result = {
    startedAtMillis: 1_795_348_800_000,
    elapsedSeconds: 10,
    endedBy: "interrupt",
    users: 3
  } as const
  return yield* summaryJson(summarize(asked, result, recorder.measurements(), recorder.timeline))
}).pipe(Effect.provide(Recorder.layer), Effect.runSync)

/** The text of the `summary.json` of a run of 10 seconds with these samples. */
export const ownSummary = Effect.succeed(summaryText)

/** Writes files into folders of a new temporary folder. */
export const filesIn = (files: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    for (const [path, text] of Object.entries(files)) {
      yield* fs.makeDirectory(`${folder}/${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true })
      if (!path.endsWith("/")) yield* fs.writeFileString(`${folder}/${path}`, text)
    }
    return folder
  })

/** The message for a folder or a file that cannot be read, without the path of the temporary folder. */
export const refusal = (files: Readonly<Record<string, string>>, path: string) =>
  Effect.gen(function* () {
    const folder = yield* filesIn(files)
    const { message } = yield* Effect.flip(readRun(`${folder}/${path}`))
    return message.replaceAll(`${folder}/`, "")
  })

export const withFiles = <A, E>(test: Effect.Effect<A, E, NodeContext.NodeContext | Scope.Scope>) =>
  Effect.provide(test, NodeContext.layer)
