import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

/** Examples import the package by its name, as everybody else does. */
export const packageAlias = [
  { find: /^edfi-perf$/, replacement: fileURLToPath(new URL("src/index.ts", import.meta.url)) },
  { find: /^edfi-perf\/(.+)$/, replacement: fileURLToPath(new URL("src/exports/$1.ts", import.meta.url)) }
]

export default defineConfig({
  resolve: { alias: packageAlias },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/system/**", "node_modules/**"],
    globalSetup: "test/globalSetup.ts",
    // The files of a process share its modules: loaded anew for every file, these took a third of all time.
    pool: "forks",
    isolate: false,
    // Ends what hangs; what is only slow, on a machine that has much else to do, is not wrong.
    testTimeout: 300_000,
    // All cores; the default leaves one to whoever watches.
    maxWorkers: "100%"
  }
})
