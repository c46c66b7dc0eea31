import { defineConfig } from "vitest/config";

// Images are put together with their real dependencies, manifests rendered by the real tools.
export default defineConfig({ test: { include: ["**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000 } });
