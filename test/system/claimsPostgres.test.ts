/** Claim sets over PostgreSQL. */
import { describe } from "@effect/vitest"
import { sharedStoreFacts } from "../local-dms/claims/sharedStore.ts"
import { postgresStore } from "./database.ts"

describe("claim set sandbox, store on PostgreSQL", () => {
  sharedStoreFacts(() => postgresStore())
})
