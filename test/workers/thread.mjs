/** A worker thread that runs the worker's TypeScript. */
import { register } from "tsx/esm/api"

register()
await import("../../src/workers/worker.ts")
