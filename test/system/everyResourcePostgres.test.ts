/** All resources and all their single violations, against both stores. */
import { describe } from "@effect/vitest"
import * as Layer from "effect/Layer"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { everyResource } from "../local-dms/everyResource/index.ts"
import { postgresStore } from "./database.ts"

describe("store on PostgreSQL", () => {
  everyResource(
    (options) => Layer.provide(LocalDms.layerHttpClientOver(options), postgresStore()),
    (all) => all,
    50
  )
})

describe("store in memory", () => {
  everyResource(LocalDms.layerHttpClient, (all) => all, 50)
})
