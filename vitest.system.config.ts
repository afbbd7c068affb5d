import { availableParallelism } from "node:os"
import { basename } from "node:path"
import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"
import { packageAlias } from "./vitest.config.ts"

/** Files that take longest, of which those that compute alternate with those that wait. */
const longest = [
  "contractPostgres",
  "package",
  "responses",
  "pipeclean",
  "causes",
  "cookbook",
  "plan",
  "pageLayout",
  "databaseStatistics",
  "testTypePages",
  "watch",
  "report",
  "agents",
  "everyResourcePostgres",
  "studyCommands",
  "longRuns",
  "machine",
  "agentsScale"
]

/** One that begins late ends alone, while other processors have nothing to do. */
class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = longest.indexOf(basename(moduleId, ".test.ts"))
      return at === -1 ? longest.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}

/** More than there are processors, because tests often wait: for sessions of a database, or for what a load has to last. */
const workers = Math.ceil(1.5 * availableParallelism())

export default defineConfig({
  resolve: { alias: packageAlias },
  test: {
    include: ["test/system/**/*.test.ts"],
    globalSetup: ["test/globalSetup.ts", "test/system/globalSetup.ts"],
    // Files run beside each other: each has its own schema or server, and none measures how fast the machine is.
    pool: "forks",
    isolate: false,
    maxWorkers: workers,
    // Otherwise tinypool 1.1 ends an idle worker twice, and vitest with it: the last files would be missing from the result.
    minWorkers: workers,
    sequence: { sequencer: LongestFirst },
    // Ends what hangs; what is only slow, on a machine that has much else to do, is not wrong.
    testTimeout: 600_000,
    hookTimeout: 600_000
  }
})
