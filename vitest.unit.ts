import { defineConfig } from "vitest/config";

// The limits only end what hangs: a test must not fail because the machine is busy.
export default defineConfig({
  // On a machine that others use too, a real process may be starved once; twice is a fault.
  test: { retry: process.env["CI"] ? 2 : 0, include: ["src/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
});
