/** Finds and reads the run in a folder, of edfi-perf or Locust. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import type { PlatformError } from "@effect/platform/Error"
import * as Effect from "effect/Effect"
import { excerpt } from "../domain/excerpt.ts"
import type { ComparedRun } from "../result/Comparison.ts"
import { figure } from "../result/numberFormat.ts"
import { readLocust } from "./readLocust.ts"
import { isStudyFile, readStudy } from "./readStudy.ts"
import { readSummary } from "./readSummary.ts"
import { UnreadableRun } from "./UnreadableRun.ts"

type Files = FileSystem.FileSystem | Path.Path

const notFound = (path: string) => new UnreadableRun({ path, detail: "there is no such folder or file" })

/** Enough for one day with a row per second and request name. A larger file takes gigabytes of memory to compare. */
const maxFileBytes = 64 * 1024 * 1024

const readText = (path: string): Effect.Effect<string, UnreadableRun, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const unreadable = (detail: string) => new UnreadableRun({ path, detail })
    const mapped = Effect.mapError(({ message }: PlatformError) => unreadable(message))
    const { size, type } = yield* mapped(fs.stat(path))
    if (type !== "File") return yield* unreadable("is not a file")
    if (size > maxFileBytes) {
      return yield* unreadable(
        `has ${figure(Number(size) / 1e6)} MB; files of at most ${figure(maxFileBytes / 1e6)} MB are read`
      )
    }
    return yield* mapped(fs.readFileString(path))
  })

const locustEnding = /_stats\.csv$/i
const historyOf = (statsFile: string) => statsFile.replace(locustEnding, "_stats_history.csv")

const readFile = (file: string): Effect.Effect<ComparedRun, UnreadableRun, Files> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const name = path.basename(file)
    if (isStudyFile(name)) return yield* readStudy(file, name, yield* readText(file))
    if (/\.json$/i.test(file)) return yield* readSummary(file, yield* readText(file))
    if (!locustEnding.test(file)) {
      const detail =
        "is neither a folder nor a summary.json or a study of edfi-perf nor a *_stats.csv of Locust"
      return yield* new UnreadableRun({ path: file, detail })
    }
    const history = historyOf(file)
    const isThere = yield* Effect.orElseSucceed(fs.exists(history), () => false)
    return yield* readLocust(
      { path: file, text: yield* readText(file) },
      isThere ? { path: history, text: yield* readText(history) } : undefined
    )
  })

/** Maximum number of file names in the error for a folder without a run. */
const maxNamed = 8

/** The file of the run in a folder; summary.json takes precedence, because it has more figures than Locust's files. */
const fileIn = (folder: string): Effect.Effect<string, UnreadableRun, Files> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const names = yield* fs
      .readDirectory(folder)
      .pipe(Effect.mapError(({ message }) => new UnreadableRun({ path: folder, detail: message })))
    const document = names.includes("summary.json") ? "summary.json" : names.find(isStudyFile)
    if (document !== undefined) return path.join(folder, document)
    const [stats, ...more] = names.filter((name) => locustEnding.test(name)).sort()
    if (stats === undefined) {
      const has =
        names.length === 0
          ? "the folder is empty"
          : `it has ${names.sort().slice(0, maxNamed).join(", ")}${names.length > maxNamed ? ", ..." : ""}`
      const detail = `contains no run: expected summary.json (edfi-perf) or *_stats.csv (Locust); ${has}`
      return yield* new UnreadableRun({ path: folder, detail })
    }
    if (more.length > 0) {
      const detail = `contains several runs of Locust; name one of the files: ${[stats, ...more].join(", ")}`
      return yield* new UnreadableRun({ path: folder, detail })
    }
    return path.join(folder, stats)
  })

/**
 * Reads a run.
 *
 * @param given a folder, a `summary.json` or a `*_stats.csv`
 */
export const readRun = (given: string): Effect.Effect<ComparedRun, UnreadableRun, Files> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const { type } = yield* Effect.mapError(fs.stat(given), () => notFound(given))
    const run = yield* readFile(type === "Directory" ? yield* fileIn(given) : given)
    const name = path.basename(path.resolve(given))
    const isOwn = type === "Directory" || (name !== "summary.json" && !isStudyFile(name))
    const label = isOwn ? name : path.basename(path.dirname(path.resolve(given)))
    return { ...run, label: excerpt(label), path: excerpt(run.path) }
  })

/**
 * Reads the runs, with unique labels: folder names if they differ, otherwise the given paths, numbered if repeated.
 *
 * @example out/a and out/b are a and b; x/out and y/out are x/out and y/out
 */
export const readRuns = (
  given: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<ComparedRun>, UnreadableRun, Files> =>
  Effect.map(
    Effect.forEach(given, (path) => Effect.map(readRun(path), (run) => ({ path, run }))),
    (read) => {
      const labels: Array<string> = []
      for (const { path, run } of read) {
        const isUnique = read.every((other) => other.run === run || other.run.label !== run.label)
        const label = isUnique ? run.label : excerpt(path)
        const same = labels.filter((known) => known === label || known.startsWith(`${label} (`)).length
        labels.push(same === 0 ? label : `${label} (${same + 1})`)
      }
      return read.map(({ run }, i) => ({ ...run, label: labels[i] ?? run.label }))
    }
  )
