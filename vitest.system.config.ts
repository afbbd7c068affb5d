import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/system/**/*.test.ts"],
    globalSetup: "test/system/globalSetup.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000
  }
})
