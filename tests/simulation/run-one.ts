// Replays seeds and says what they find: `node tests/simulation/run-one.ts FIRST [LAST] [BUG]`.
import { runSeed } from "./run-seed.ts";
import type { PlantedBug } from "./world.ts";

const [first = "1", last = first, bug] = process.argv.slice(2);
for (let seed = Number(first); seed <= Number(last); seed++) {
  const result = await runSeed(seed, bug as PlantedBug | undefined);
  const { violations, ...figures } = result;
  if (violations.length > 0 || first === last) process.stdout.write(`${JSON.stringify(figures)}\n`);
  for (const violation of violations) process.stdout.write(`  ${violation}\n`);
}
