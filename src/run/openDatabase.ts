/** The database of `--databaseUrl`, whose statistics are read while a load goes on. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DatabaseReader } from "../database/DatabaseReader.ts"
import type { RunSpec } from "./RunSpec.ts"

/** Loaded when it is asked for, so that a run without a database does not carry its driver. */
const loadReader = Effect.promise(() => import("../database/postgresReader.ts"))

/** Its reader, until the scope closes; `undefined` when none was named. Fails before a load when it cannot be read. */
export const openDatabase = ({ databaseUrl }: Pick<RunSpec, "databaseUrl">) =>
  Effect.gen(function* () {
    if (databaseUrl === undefined) return undefined
    const { postgresReader } = yield* loadReader
    return yield* Effect.provide(DatabaseReader, yield* Layer.build(postgresReader(databaseUrl)))
  })
