import { type StoredWorkflow, shardOf, type WorkflowBundle } from "@capstan/core";
import { calm, type Faults } from "@capstan/testkit";
import { isSameWorkflow } from "./history.ts";
import { hasEnded } from "./invariants.ts";
import { randomWorkflow } from "./random-workflow.ts";
import { type PlantedBug, shardCount, World } from "./world.ts";

const stormMs = 15_000;
const stepMs = 500;
/** Long past the last deadline, back-off and lease. */
const calmMs = 600_000;

export interface SeedResult {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly workflows: number;
  readonly attempts: number;
  readonly crashes: number;
  readonly losses: number;
}

/** One run: some stormy seconds with workflows coming in, then a calm in which everything must come to its end. */
export async function runSeed(seed: number, bug?: PlantedBug): Promise<SeedResult> {
  const run = new Run(seed, bug);
  await run.storm();
  await run.calm();
  return run.result();
}

class Run {
  readonly #seed: number;
  readonly #world: World;
  readonly #bundles: WorkflowBundle[] = [];
  readonly #losesSeconds: boolean;
  #accepted: { readonly name: string; readonly uid: string; readonly atMs: number }[] = [];
  #submits = 0;
  #crashes = 0;
  #losses = 0;

  constructor(seed: number, bug: PlantedBug | undefined) {
    this.#seed = seed;
    this.#world = new World(seed, bug);
    const { random } = this.#world;
    // Every third run loses seconds of the store: often enough to find what that breaks, and the rest is strict about all else.
    this.#losesSeconds = seed % 3 === 0;
    this.#world.faults = stormyFaults(this.#world);
    for (let index = 0; index < random.integer(1, 3); index++) this.#world.startCoordinator(`coordinator-${index}`);
    for (let index = 0; index < random.integer(1, 3); index++) this.#world.startAgent(`agent-${index}`, placeOf(index));
    for (let index = 0; index < random.integer(1, 4); index++) {
      this.#bundles.push(randomWorkflow(random, `w${index}`));
    }
  }

  async storm(): Promise<void> {
    const { random, time } = this.#world;
    for (const bundle of this.#bundles) time.schedule(random.between(0, stormMs / 2), () => void this.#submit(bundle));
    for (let passedMs = 0; passedMs < stormMs && this.#world.violations.length === 0; passedMs += stepMs) {
      await time.advance(random.between(0, 2 * stepMs));
      this.#disturb();
      await this.#control();
    }
  }

  async calm(): Promise<void> {
    const { time, violations } = this.#world;
    this.#world.faults = calm;
    for (let passedMs = 0; passedMs < calmMs && violations.length === 0; passedMs += 2_000) {
      await time.advance(2_000);
      for (const bundle of this.#bundles) await this.#submit(bundle);
      const stored = await this.#stored();
      if (stored.every(hasEnded)) break;
      for (const { uid } of this.#accepted) await this.#world.tell(uid, { type: "resume-requested" });
    }
    // Watermarks, settling and forgetting come after the end.
    await time.advance(15_000);
    await this.#judge();
  }

  result(): SeedResult {
    return {
      ...{ seed: this.#seed, violations: this.#world.violations, workflows: this.#bundles.length },
      ...{ attempts: this.#world.cluster.startedCount, crashes: this.#crashes, losses: this.#losses },
    };
  }

  #stored(): Promise<readonly (StoredWorkflow | undefined)[]> {
    return Promise.all(this.#accepted.map(({ uid }) => this.#world.get(uid)));
  }

  /** As a client would, with a new uid each time: one that was lost with the store's last second never comes back. */
  async #submit(bundle: WorkflowBundle): Promise<void> {
    const { workflow } = bundle;
    const { name = "" } = workflow.metadata;
    if (this.#accepted.some((one) => one.name === name)) return;
    const uid = `${name}.${this.#submits++}`;
    const metadata = { ...workflow.metadata, uid };
    const shard = shardOf("default", name, shardCount);
    const result = await this.#world.inbox().submit(shard, { ...bundle, workflow: { ...workflow, metadata } });
    if (result.accepted) this.#accepted.push({ name, uid, atMs: this.#world.time.nowMs() });
  }

  #disturb(): void {
    const { random, processes } = this.#world;
    for (const process of processes) {
      if (random.chance(0.06)) {
        this.#crashes += 1;
        process.kill();
      } else if (random.chance(0.05)) process.pause(random.between(500, 9_000));
    }
    if (this.#losesSeconds && random.chance(0.08)) this.#loseSecond();
  }

  #loseSecond(): void {
    const { random, time } = this.#world;
    const durationMs = random.between(1, 1_000);
    this.#losses += 1;
    this.#world.cluster.mayForget = true;
    this.#world.loseLast(durationMs);
    // A submit that was answered within the lost second may be lost; its client sends it again.
    this.#accepted = this.#accepted.filter(({ atMs }) => atMs <= time.nowMs() - durationMs);
    for (const bundle of this.#bundles) time.schedule(random.between(0, 3_000), () => void this.#submit(bundle));
  }

  async #control(): Promise<void> {
    const { random } = this.#world;
    for (const { uid } of this.#accepted) {
      if (random.chance(0.05)) await this.#world.tell(uid, { type: "suspend-requested" });
      if (random.chance(0.15)) await this.#world.tell(uid, { type: "resume-requested" });
      if (random.chance(0.006)) await this.#world.tell(uid, { type: "stop-requested" });
      if (random.chance(0.006)) await this.#world.tell(uid, { type: "terminate-requested" });
    }
  }

  async #judge(): Promise<void> {
    const { history, violations } = this.#world;
    if (violations.length > 0) return;
    if (this.#accepted.length < this.#bundles.length) this.#world.violated("a workflow was not accepted");
    for (const { uid } of this.#accepted) await this.#judgeWorkflow(uid);
    for (const report of history.reportsAppliedTwice()) this.#world.violated(`report applied twice: ${report}`);
  }

  async #judgeWorkflow(uid: string): Promise<void> {
    const stored = await this.#world.get(uid);
    if (stored === undefined) return this.#world.violated(`${uid} was accepted and is lost`);
    if (!hasEnded(stored)) {
      const open = stored.nodes.filter(({ phase }) => phase === "Pending" || phase === "Running");
      const nodes = open.map((node) => `${node.name} ${node.type} ${node.phase} ${node.attempt ?? ""}`);
      return this.#world.violated(`${uid} does not end (${stored.header.phase}): ${nodes.join("; ")}`);
    }
    const replayed = this.#world.replayOf(stored.uid);
    if (replayed === undefined || !isSameWorkflow(stored, replayed)) {
      this.#world.violated(`${uid}: the replay of its events differs from what is stored`);
    }
  }
}

/** The first agent is what any task may demand (random-workflow.ts); the others are some of it. */
function placeOf(index: number): Parameters<World["startAgent"]>[1] {
  return { cluster: index === 1 ? "west" : "east", labels: index === 2 ? {} : { zone: "a" } };
}

function stormyFaults({ random }: World): Faults {
  const unless = (probability: number, value: number): number => (random.chance(probability) ? 0 : value);
  return {
    latencyMs: [0.1, 3],
    slowProbability: unless(0.3, 0.03),
    slowMs: [50, 1_500],
    errorProbability: unless(0.4, 0.01),
    repeatProbability: unless(0.4, 0.01),
    crashProbability: unless(0.4, 0.002),
    noticeLossProbability: unless(0.4, 0.1),
  };
}
