/** The contract suite against PostgreSQL. */
import { describe } from "@effect/vitest"
import * as Layer from "effect/Layer"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { contractFacts } from "../local-dms/contract/index.ts"
import { refillFacts } from "../local-dms/contract/population.ts"
import { postgresStore } from "./database.ts"

describe("contract, store on PostgreSQL", () => {
  contractFacts((options) => Layer.provide(LocalDms.layerHttpClientOver(options), postgresStore()))
  refillFacts(postgresStore())
})
