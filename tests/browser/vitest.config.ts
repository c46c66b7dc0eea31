import { defineConfig } from "vitest/config";

// A browser and a whole system on two cores: one file after the other, and patience.
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // As everywhere: a starved machine may fail a test once.
    retry: process.env["CI"] ? 1 : 0,
  },
});
