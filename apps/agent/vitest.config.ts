import { defineConfig } from "vitest/config";

// Real processes on a machine that others use too: a test that waits for one must not fail for being slow.
export default defineConfig({ test: { include: ["src/**/*.test.ts"], testTimeout: 30_000, hookTimeout: 30_000 } });
