/** The recorded answers, against the store in memory. */
import { describe } from "@effect/vitest"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import { realAnswers } from "./index.ts"

describe("store in memory", () => {
  realAnswers(LocalDms.layerHttpClient)
})
