import { defineConfig } from "vitest/config";

// Real Pods on two cores: one file after the other, and patience.
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 300_000,
    // As everywhere: a starved machine may fail a test once.
    retry: process.env["CI"] ? 1 : 0,
  },
});
