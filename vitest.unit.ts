import { defineConfig } from "vitest/config";

// The limits only end what hangs: a test must not fail because the machine is busy.
export default defineConfig({
  test: { include: ["src/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
});
