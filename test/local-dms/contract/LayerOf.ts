/** What a contract suite runs on: a local DMS over some store, empty but for its seed, and a way to it. */
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Layer from "effect/Layer"
import type { LocalDms, LocalDmsOptions } from "../../../src/local-dms/LocalDms.ts"

export type LayerOf = (options?: Partial<LocalDmsOptions>) => Layer.Layer<LocalDms | HttpClient.HttpClient>
