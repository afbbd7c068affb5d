/** Tunes V8 for a load generator, whose allocations for a batch are garbage within a millisecond. */
import { setFlagsFromString } from "node:v8"

/**
 * Call it before any load. While the heap is still small, documents in flight survive V8's first, tiny collections;
 * V8 concludes that they live long and allocates them in the old generation from then on, where each costs a mark
 * and a sweep. Without that guess a collection of the young generation takes less than half the time, a batch a fifth
 * less CPU, and fewer latencies hold a pause of ours: docs/decisions/0007-no-pretenuring.md has the figures.
 *
 * V8 would also compile undici's HTTP parser, a single large function of WebAssembly, with its optimizing compiler after a
 * few responses, for which that needs 36 MB. A load over undici reaches this budget within a second; a load over `node:net`
 * never does, because only discovery and logins are on undici.
 */
export const tuneHeap = (): void => {
  setFlagsFromString("--no-allocation-site-pretenuring")
  setFlagsFromString("--wasm-tiering-budget=100000000")
}
