/** The recorded answers of a real DMS, against PostgreSQL. */
import { describe } from "@effect/vitest"
import * as Layer from "effect/Layer"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { realAnswers } from "../local-dms/real/index.ts"
import { postgresStore } from "./database.ts"

describe("store on PostgreSQL", () => {
  realAnswers((options) => Layer.provide(LocalDms.layerHttpClientOver(options), postgresStore()))
})
