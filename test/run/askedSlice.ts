import type { SliceSpec } from "../../src/studies/MeasureSlice.ts"

/** A slice for tests of what surrounds its measurement. */
export const askedSlice: SliceSpec = {
  testType: "BATCH_VOLUME",
  batchTripleCount: 10,
  load: { _tag: "Users", clientCount: 1 },
  warmUpSeconds: 0,
  seconds: 1,
  label: "a slice"
}
