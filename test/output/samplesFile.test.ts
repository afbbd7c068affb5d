import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import { SampleLine } from "../../src/metrics/SampleLine.ts"
import { openSamplesFile, type SamplesFile, writeMillis } from "../../src/output/samplesFile.ts"
import { memoryDisk } from "./memoryDisk.ts"
import { samples } from "../result/summaryOf.ts"

const [sample] = samples

const onDisk = <A, E>(
  bytes: number,
  use: (content: () => string) => Effect.Effect<A, E, FileSystem.FileSystem | Scope.Scope>
) =>
  Effect.flatMap(memoryDisk(bytes), ({ content, disk }) =>
    Effect.provideService(use(content), FileSystem.FileSystem, disk)
  ).pipe(Effect.scoped)

const recordMany = ({ log }: SamplesFile, count: number) => {
  for (let i = 0; i < count; i++) if (sample !== undefined) log.record(sample, i)
}

const requestsIn = (content: string) => {
  const lines = content.split("\n")
  assert.strictEqual(lines.pop(), "", "the last line is not whole")
  return lines.map((line) => Schema.decodeSync(SampleLine)(line)).filter(({ type }) => type === "request")
    .length
}

describe("the samples file", () => {
  it.effect("is written during the run, and complete at its end", () =>
    onDisk(1_000_000, (content) =>
      Effect.gen(function* () {
        const file = yield* openSamplesFile("samples.jsonl")
        recordMany(file, 100)
        yield* TestClock.adjust(writeMillis - 1)
        assert.strictEqual(content(), "")
        yield* TestClock.adjust(1)
        assert.strictEqual(requestsIn(content()), 100)
        recordMany(file, 1)
        yield* file.end
        assert.strictEqual(requestsIn(content()), 101)
        assert.deepStrictEqual(file.written(), { written: 101, dropped: 0 })
        yield* TestClock.adjust(1000)
        assert.strictEqual(requestsIn(content()), 101)
      })
    )
  )

  it.effect("ends with a complete line and one warning when the disk is full, and counts the rest", () =>
    onDisk(25_000, (content) =>
      Effect.gen(function* () {
        const warnings: Array<string> = []
        const logger = Logger.make(({ logLevel, message }) => {
          warnings.push(`${logLevel.label} ${String(message)}`)
        })
        const file = yield* openSamplesFile("samples.jsonl").pipe(
          Effect.provide(Logger.replace(Logger.defaultLogger, logger))
        )
        for (let second = 0; second < 5; second++) {
          recordMany(file, 50)
          yield* TestClock.adjust(1000)
        }
        yield* file.end
        // 50 lines of the 200 bytes of this sample are written twice; the third time they do not fit.
        assert.deepStrictEqual(file.written(), { written: 100, dropped: 150 })
        assert.strictEqual(requestsIn(content()), 100)
        assert.strictEqual(warnings.length, 1)
        assert.match(warnings[0] ?? "", /^WARN the samples file ends here.*no space left on device/)
      })
    )
  )

  it.effect("keeps as much as it may until it is written, and counts the rest", () =>
    onDisk(1_000_000, (content) =>
      Effect.gen(function* () {
        const file = yield* openSamplesFile("samples.jsonl", 2000)
        recordMany(file, 100)
        yield* file.end
        const { dropped, written } = file.written()
        assert.strictEqual(requestsIn(content()), written)
        assert.strictEqual(written + dropped, 100)
        assert.isAbove(dropped, 80)
        assert.isAbove(written, 5)
      })
    )
  )
})
