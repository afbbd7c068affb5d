import { defineConfig } from "vitest/config"
import { packageAlias } from "./vitest.config.ts"

export default defineConfig({
  resolve: { alias: packageAlias },
  test: {
    include: ["test/system/**/*.test.ts"],
    globalSetup: ["test/globalSetup.ts", "test/system/globalSetup.ts"],
    // Files run beside each other: each has its own schema or server, and none measures how fast the machine is.
    pool: "forks",
    isolate: false,
    maxWorkers: "100%",
    // Ends what hangs; what is only slow, on a machine that has much else to do, is not wrong.
    testTimeout: 600_000,
    hookTimeout: 600_000
  }
})
