/** The database of `--databaseUrl`, whose statistics are read during a load. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DatabaseReader } from "../database/DatabaseReader.ts"
import type { RunSpec } from "./RunSpec.ts"

/** Loaded on demand: a run without a database does not load its driver. */
const loadReader = Effect.promise(() => import("../database/postgresReader.ts"))

/** A reader until the scope closes; `undefined` without a URL. Fails before the load if the database cannot be read. */
export const openDatabase = ({
  databaseUrl,
  resetsStatistics = false
}: Pick<RunSpec, "databaseUrl" | "resetsStatistics">) =>
  Effect.gen(function* () {
    if (databaseUrl === undefined) return undefined
    const { postgresReader } = yield* loadReader
    return yield* Effect.provide(
      DatabaseReader,
      yield* Layer.build(postgresReader(databaseUrl, { resetsStatistics }))
    )
  })
