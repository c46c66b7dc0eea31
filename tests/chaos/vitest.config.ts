import { defineConfig } from "vitest/config";

// Real processes, killed: a test takes as long as leases do, and one beside another would take its processors.
export default defineConfig({
  test: { include: ["**/*.test.ts"], fileParallelism: false, testTimeout: 180_000, hookTimeout: 60_000 },
});
