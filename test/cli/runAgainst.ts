/** A short run against a server in this process. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { edfiPerf, folder, read } from "./edfiPerf.ts"

export const secret = "a-secret-nobody-may-see"

/** Three users for 0.3 s; `variables` are the settings of all tests. */
export const runAgainst = (
  server: Partial<LocalDmsOptions>,
  words: ReadonlyArray<string>,
  variables: Readonly<Record<string, string>> = {}
) =>
  Effect.gen(function* () {
    const dms = yield* LocalDms.serve({ port: 0, key: "key", secret: Redacted.make(secret), ...server })
    const output = yield* folder
    const result = yield* edfiPerf(["run", ...words], {
      PERF_API_BASEURL: dms.url,
      PERF_API_KEY: "key",
      PERF_API_SECRET: secret,
      PERF_OUTPUT_DIR: output,
      RUN_TIME_IN_MINUTES: "0.005",
      CLIENT_COUNT: "3",
      PERF_REQUEST_TIMEOUT: "20",
      ...variables
    })
    return { ...result, output, stats: yield* dms.stats }
  })

export const summaryIn = (output: string) =>
  Effect.flatMap(read(output, "summary.json"), Schema.decode(SummaryJson))
