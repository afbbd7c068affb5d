/** PIPECLEAN of every resource of every dialect, on both stores. */
import { describe } from "@effect/vitest"
import * as Layer from "effect/Layer"
import { dialectNames } from "../../src/local-dms/Dialect.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import {
  pipecleanFacts,
  pipecleanOfClaimsFacts,
  pipecleanOfDescriptorsFacts
} from "../integration/pipecleanFacts.ts"
import type { LayerOf } from "../local-dms/contract/LayerOf.ts"
import { postgresStore } from "./database.ts"

const servers = [
  ["batch", "minimal"],
  ["main", "minimal"],
  ["ods", "minimal"],
  ["batch", "full"],
  ["main", "full"],
  ["ods", "full"]
] as const

const checkingRelationships = [
  ["main", "minimal"],
  ["main", "full"],
  ["ods", "minimal"]
] as const

describe("PIPECLEAN, store in memory", () => {
  pipecleanFacts(LocalDms.layerHttpClient, servers)
  pipecleanOfClaimsFacts(LocalDms.layerHttpClient, checkingRelationships)
  pipecleanOfDescriptorsFacts(LocalDms.layerHttpClient, dialectNames)
})

describe("PIPECLEAN, store on PostgreSQL", () => {
  const layerOf: LayerOf = (options) => Layer.provide(LocalDms.layerHttpClientOver(options), postgresStore())
  pipecleanFacts(layerOf, servers)
  pipecleanOfClaimsFacts(layerOf, checkingRelationships.slice(0, 1))
  pipecleanOfDescriptorsFacts(layerOf, ["main"])
})
