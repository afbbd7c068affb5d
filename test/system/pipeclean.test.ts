/** PIPECLEAN of every resource of every dialect, on both stores. */
import { describe } from "@effect/vitest"
import * as Layer from "effect/Layer"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { pipecleanFacts } from "../integration/pipecleanFacts.ts"
import { postgresStore } from "./database.ts"

const servers = [
  ["batch", "minimal"],
  ["main", "minimal"],
  ["ods", "minimal"],
  ["batch", "full"],
  ["main", "full"],
  ["ods", "full"]
] as const

describe("PIPECLEAN, store in memory", () => {
  pipecleanFacts(LocalDms.layerHttpClient, servers)
})

describe("PIPECLEAN, store on PostgreSQL", () => {
  pipecleanFacts((options) => Layer.provide(LocalDms.layerHttpClientOver(options), postgresStore()), servers)
})
