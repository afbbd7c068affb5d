import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/system/**", "node_modules/**"],
    // A run under the test clock wakes up a thousand times, each after several turns of the event loop: seconds here, a
    // minute on a machine that is busy with something else.
    testTimeout: 120_000
  }
})
