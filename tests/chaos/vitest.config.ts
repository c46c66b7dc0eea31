import { defineConfig } from "vitest/config";

// Real processes, killed: a test takes as long as leases do.
export default defineConfig({ test: { include: ["**/*.test.ts"], testTimeout: 180_000, hookTimeout: 60_000 } });
