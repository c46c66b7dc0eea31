import { describe, expect, test } from "vitest";
import { runSeed, type SeedResult } from "./run-seed.ts";
import type { PlantedBug } from "./world.ts";

/** CAPSTAN_SEED=32 replays one seed; CAPSTAN_SEEDS=5000 runs more of them. */
const only = process.env["CAPSTAN_SEED"];
const seedCount = Number(process.env["CAPSTAN_SEEDS"] ?? 200);
const seeds = only === undefined ? Array.from({ length: seedCount }, (_, index) => index + 1) : [Number(only)];

function explain({ seed, violations }: SeedResult): string {
  return [`seed ${seed}: ${violations.join("; ")}`, `replay it with: CAPSTAN_SEED=${seed} npm test -- simulation`].join(
    "\n",
  );
}

test("whatever crashes, comes late, twice or in another order: no invariant breaks", async () => {
  const broken: SeedResult[] = [];
  const totals = { attempts: 0, crashes: 0, losses: 0, workflows: 0 };
  for (const seed of seeds) {
    const result = await runSeed(seed);
    totals.attempts += result.attempts;
    totals.crashes += result.crashes;
    totals.losses += result.losses;
    totals.workflows += result.workflows;
    if (result.violations.length > 0) broken.push(result);
  }
  console.log(
    `simulation: ${seeds.length - broken.length} of ${seeds.length} seeds, ${totals.workflows} workflows, ${totals.attempts} attempts, ` +
      `${totals.crashes} crashes, ${totals.losses} lost seconds`,
  );
  expect(broken.map(explain)).toEqual([]);
});

test("a seed replays exactly", async () => {
  expect(await runSeed(7)).toEqual(await runSeed(7));
});

describe("a planted bug is found", () => {
  test.each<PlantedBug>(["ignored-fence", "lost-outbox-entry", "report-not-repeated"])("%s", async (bug) => {
    for (let seed = 1; seed <= seedCount; seed++) {
      const { violations } = await runSeed(seed, bug);
      if (violations.length === 0) continue;
      console.log(`simulation: ${bug} found by seed ${seed}: ${violations[0]?.slice(0, 150)}`);
      return;
    }
    expect.fail(`${bug} was not found by ${seedCount} seeds`);
  });
});
