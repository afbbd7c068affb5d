import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/system/**", "node_modules/**"],
    // Ends what hangs; what is only slow, on a machine that has much else to do, is not wrong.
    testTimeout: 120_000,
    // All cores; the default leaves one to whoever watches.
    maxWorkers: "100%"
  }
})
