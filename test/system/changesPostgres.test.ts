/** Change Queries on PostgreSQL. */
import * as Layer from "effect/Layer"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { changesAgainstModel } from "../local-dms/changes/index.ts"
import { postgresStore } from "./database.ts"

changesAgainstModel((options) => Layer.provide(LocalDms.layerHttpClientOver(options), postgresStore()))
