/** Claim sets over the store in memory. */
import { describe } from "@effect/vitest"
import * as MemoryStore from "../../../src/local-dms/MemoryStore.ts"
import { sharedStoreFacts } from "./sharedStore.ts"

describe("claim set sandbox, store in memory", () => {
  sharedStoreFacts(() => MemoryStore.layer)
})
