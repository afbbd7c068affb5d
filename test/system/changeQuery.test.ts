/** CHANGE_QUERY against both stores, in the dialects that have it. */
import { describe } from "@effect/vitest"
import * as Layer from "effect/Layer"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { changeQueryFacts } from "../integration/changeQueryFacts.ts"
import { postgresStore } from "./database.ts"

describe("CHANGE_QUERY, store in memory", () => {
  changeQueryFacts(LocalDms.layerHttpClient, ["main", "ods"], 1100)
})

describe("CHANGE_QUERY, store on PostgreSQL", () => {
  changeQueryFacts(
    (options) => Layer.provide(LocalDms.layerHttpClientOver(options), postgresStore()),
    ["main", "ods"],
    1100
  )
})
