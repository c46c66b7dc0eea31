import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSystem, startSystem } from "../system/start-system.ts";
import { hasCorpus, isRunnable, whyExcluded } from "./corpus.ts";
import { isFirstTier, isPartial, passedIn, reportVerdicts, runCorpus } from "./run-corpus.ts";

/** Most of a manifest's time is sleep: many at once keep the suite short. */
const atOnce = 24;

if (!hasCorpus) console.log("skipped: conformance: Argo's corpus is not here (set CAPSTAN_SHARED to its folder)");

describe.skipIf(!hasCorpus)("conformance with Argo's manifests on the sandbox", () => {
  let system: RunningSystem;
  beforeAll(async () => {
    system = await startSystem({ runtime: "sandbox", concurrency: 200 });
  }, 60_000);
  afterAll(async () => {
    await system?.stop();
  }, 60_000);

  test("every runnable manifest ends as in Argo", { timeout: 20 * 60_000 }, async () => {
    const verdicts = await runCorpus(system.url, { atOnce, isRunnable, whyExcluded });
    reportVerdicts("conformance", verdicts);
    if (isPartial) return;
    const floor = JSON.parse(readFileSync(join(import.meta.dirname, "floor.json"), "utf8")) as {
      tier1: number;
      all: number;
    };
    expect(passedIn(verdicts.filter(isFirstTier))).toBeGreaterThanOrEqual(floor.tier1);
    expect(passedIn(verdicts)).toBeGreaterThanOrEqual(floor.all);
  });
});
