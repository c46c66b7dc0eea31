import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freePort } from "./embedded/free-port.ts";

const bin = fileURLToPath(new URL("../bin/capstan.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "capstan-e2e-"));
const tests = { timeout: 60_000 };

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function manifest(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** The command as a child of its own; `TMPDIR` shows what it leaves. */
class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  out = "";
  err = "";

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [bin, ...args], {
      env: { ...process.env, NO_COLOR: "1", TMPDIR: folder, CAPSTAN_DEBUG: undefined, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout?.on("data", (chunk: Buffer) => {
      this.out += chunk.toString();
    });
    this.child.stderr?.on("data", (chunk: Buffer) => {
      this.err += chunk.toString();
    });
    this.ended = new Promise((resolve) => {
      this.child.once("close", (code, signal) => resolve({ code, signal, out: this.out, err: this.err }));
    });
  }

  async says(text: string): Promise<void> {
    await vi.waitFor(() => expect(this.out + this.err).toContain(text), { timeout: 30_000, interval: 20 });
  }
}

function capstan(...args: readonly string[]): Promise<Ended> {
  return new Running(args).ended;
}

/** Processes and folders that a run has left behind. */
function leftBehind(): readonly string[] {
  const processes = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .map((pid) => read(`/proc/${pid}/cmdline`).replaceAll("\0", " "))
    .filter((line) => line.includes(`${folder}/capstan-run-`) || line.includes(marker));
  return [...processes, ...readdirSync(folder).filter((name) => name.startsWith("capstan-run-"))];
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** The seconds that long steps sleep: nobody else's sleep is so long. */
const marker = `sleep 7${String(process.pid).padStart(6, "0")}`;

const workflow = (name: string, spec: string) => `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: { generateName: ${name}- }
spec:
${spec}`;

const greet = manifest(
  "greet.yaml",
  workflow(
    "greet",
    `  entrypoint: main
  arguments: { parameters: [{ name: who, value: nobody }] }
  templates:
  - name: main
    inputs: { parameters: [{ name: who, value: "{{workflow.parameters.who}}" }] }
    steps:
    - - { name: fan, template: say, arguments: { parameters: [{ name: who, value: "{{inputs.parameters.who}}-{{item}}" }] }, withItems: [1, 2] }
    - - { name: last, template: say, arguments: { parameters: [{ name: who, value: end }] } }
    outputs: { parameters: [{ name: said, valueFrom: { parameter: "{{steps.last.outputs.result}}" } }] }
  - name: say
    inputs: { parameters: [{ name: who }] }
    container: { image: busybox, command: [echo, "hello {{inputs.parameters.who}}"] }
`,
  ),
);

const fails = manifest(
  "fails.yaml",
  workflow(
    "fails",
    "  entrypoint: main\n  templates:\n  - name: main\n    container: { image: busybox, command: [sh, -c, exit 3] }\n",
  ),
);

const long = manifest(
  "long.yaml",
  workflow(
    "long",
    `  entrypoint: main
  onExit: bye
  templates:
  - name: main
    dag: { tasks: [{ name: nap, template: nap, withSequence: { count: "5" } }] }
  - name: nap
    container: { image: busybox, command: [sh, -c, "echo naps; ${marker}"] }
  - name: bye
    container: { image: busybox, command: [echo, goodbye] }
`,
  ),
);

const bad = manifest(
  "bad.yaml",
  workflow("bad", "  entrypoint: main\n  templates:\n  - name: main\n    container: { image: busybox, comand: [x] }\n"),
);

describe("capstan run", () => {
  test("prints the workflow alone on stdout, progress on stderr, and ends with 0", tests, async () => {
    const { code, out, err } = await capstan("run", greet, "-p", "who=you", "-o", "json");
    expect(code, err).toBe(0);
    const object = JSON.parse(out);
    expect(object).toMatchObject({ kind: "Workflow", status: { phase: "Succeeded", progress: "3/3" } });
    const nodes = Object.values<{ displayName: string; type: string; outputs?: { result?: string } }>(
      object.status.nodes,
    );
    expect(
      nodes
        .filter((node) => node.type === "Pod")
        .map((node) => node.displayName)
        .sort(),
    ).toEqual(["fan(0:1)", "fan(1:2)", "last"]);
    expect(err).toMatch(/✔ greet-\w+ {2}Succeeded/);
    expect(leftBehind()).toEqual([]);
  });

  test("prints logs, outputs and the result for people", tests, async () => {
    const { code, out } = await capstan("run", greet, "--log", "--name", "mine");
    expect(code).toBe(0);
    expect(out).toMatch(/mine-say-\d+: hello nobody-1/);
    expect(out).toMatch(/said +hello end/);
  });

  test("ends with 1 when the workflow fails, and says why", tests, async () => {
    const { code, out } = await capstan("run", fails);
    expect(code).toBe(1);
    expect(out).toMatch(/✖ fails-\w+ {2}Failed/);
    expect(out).toContain("exit code 3");
  });

  test.each([
    {
      what: "a mistake in a manifest",
      args: [bad],
      says: ["bad.yaml:8:", '"comand"', "spec.templates[0].container.comand"],
    },
    { what: "a file that is not there", args: [join(folder, "nobody.yaml")], says: ["there is no such file"] },
    { what: "a wrong flag", args: [greet, "--runtime", "magic"], says: ["magic", "sandbox"] },
    { what: "nothing to run", args: [manifest("empty.yaml", "# nothing\n")], says: ["there is no workflow"] },
  ])("ends with 2 for $what", tests, async ({ args, says }) => {
    const { code, out, err } = await capstan("run", ...args);
    expect(code).toBe(2);
    for (const text of says) expect(err).toContain(text);
    expect(out).toBe("");
    expect(err).not.toMatch(/\n\s+at .*\.ts/);
  });

  test("says how to get Redis when it is missing", tests, async () => {
    const { code, err } = await new Running(["run", greet], { CAPSTAN_REDIS_SERVER: "/nowhere/redis-server" }).ended;
    expect(code).toBe(1);
    expect(err).toMatch(/redis-server is not installed[\s\S]*Install it/);
    expect(leftBehind()).toEqual([]);
  });

  test("the seed dialect runs with a value, and says what is missing without", tests, async () => {
    const seed = fileURLToPath(new URL("../../../examples/seed", import.meta.url));
    const files = ["myworkflow.yaml", "mytask.yaml", "mytaskpod.yaml"].map((name) => join(seed, name));
    expect(await capstan("run", ...files, "--set", "input=hello")).toMatchObject({ code: 0 });
    const without = await capstan("run", ...files);
    expect(without).toMatchObject({ code: 2, err: expect.stringContaining("--set input=") });
  });

  test("Ctrl-C lets the exit handler run, and nothing stays", tests, async () => {
    const running = new Running(["run", long, "--log"]);
    await running.says("naps");
    running.child.kill("SIGINT");
    const { code, out } = await running.ended;
    expect(code).toBe(1);
    expect(out).toContain("goodbye");
    expect(leftBehind()).toEqual([]);
  });

  test("a second Ctrl-C ends at once, and nothing stays", tests, async () => {
    const running = new Running(["run", long, "--log"]);
    await running.says("naps");
    running.child.kill("SIGTERM");
    expect((await running.ended).code).toBe(130);
    expect(leftBehind()).toEqual([]);
  });

  test("a SIGKILL leaves nothing either", tests, async () => {
    const running = new Running(["run", long, "--log"]);
    await running.says("naps");
    expect(leftBehind().length).toBeGreaterThan(3);
    running.child.kill("SIGKILL");
    await running.ended;
    await vi.waitFor(() => expect(leftBehind()).toEqual([]), { timeout: 20_000, interval: 100 });
  });
});

describe("capstan dev and what talks to it", () => {
  let dev: Running;
  let url: string;
  const stateDir = join(folder, "dev");
  const client = (...args: readonly string[]) => new Running(args, { CAPSTAN_SERVER: url }).ended;
  const start = async (): Promise<Running> => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const running = new Running(["dev", "--port", String(port), "--state-dir", stateDir]);
    await running.says("Capstan runs at");
    return running;
  };
  beforeAll(async () => {
    dev = await start();
  }, 60_000);
  afterAll(async () => {
    dev.child.kill("SIGTERM");
    await dev.ended;
  }, 60_000);

  test("submit, get, list, logs", tests, async () => {
    const submitted = await client("submit", greet, "-p", "who=them", "--wait", "-o", "name");
    expect(submitted.code, submitted.err).toBe(0);
    const name = submitted.out.split("\n")[0] ?? "";
    expect(submitted.out).toContain(`${name} Succeeded`);
    expect((await client("list", "-o", "name")).out).toContain(name);
    expect((await client("list", "--running", "-o", "name")).out).toBe("");
    const shown = (await client("get", name)).out;
    expect(shown).toMatch(/Status: +✔ Succeeded/);
    expect(shown).toMatch(/├─┬─✔ fan\(0:1\)/);
    expect(JSON.parse((await client("get", "@latest", "-o", "json")).out).metadata.name).toBe(name);
    const logs = (await client("logs", name)).out;
    expect(logs).toContain("hello them-2");
    expect((await client("logs", name, "--grep", "end$")).out.trim().split("\n")).toHaveLength(1);
  });

  test("list says which step of a failed workflow failed, and how", tests, async () => {
    const broken = manifest(
      "broken.yaml",
      `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: { generateName: broken- }
spec:
  entrypoint: main
  templates:
    - { name: main, steps: [[{ name: load, template: load }]] }
    - { name: load, container: { image: busybox, command: [sh, -c, exit 3] } }
`,
    );
    const submitted = await client("submit", broken, "--wait", "-o", "name");
    expect(submitted.code, submitted.err).toBe(1);
    expect((await client("list", "--prefix", "broken-")).out).toMatch(/✖ Failed .* load: Error \(exit code 3\)$/m);
  });

  test("stop, retry, terminate, delete", tests, async () => {
    const name = (await client("submit", long, "-o", "name")).out.trim();
    expect((await client("stop", name, "--message", "enough")).code).toBe(0);
    expect(await client("wait", name)).toMatchObject({ code: 1, out: `${name} Failed\n` });
    expect((await client("stop", name)).err).toContain("has completed");
    expect((await client("retry", name)).code).toBe(0);
    expect((await client("terminate", name)).code).toBe(0);
    await client("wait", name);
    expect((await client("delete", name)).code).toBe(0);
    expect(await client("get", name)).toMatchObject({ code: 1, err: expect.stringContaining("not found") });
    expect((await client("delete")).code).toBe(2);
  });

  test("agents are listed and drained; get says for what no agent lives", tests, async () => {
    const nowhere = manifest(
      "nowhere.yaml",
      `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: { generateName: nowhere-, annotations: { capstan.dev/cluster: moon } }
spec:
  entrypoint: main
  templates: [{ name: main, container: { image: busybox, command: [echo, hi] } }]
`,
    );
    const name = (await client("submit", nowhere, "-o", "name")).out.trim();
    await vi.waitFor(
      async () => expect((await client("get", name)).out).toContain("1 step waits: no agent serves cluster=moon"),
      { timeout: 20_000 },
    );
    expect((await client("agents")).out).toMatch(/local\/default\/embedded +Ready/);
    expect((await client("agent", "drain", "nobody")).err).toContain('no agent lives on "nobody"');
    expect((await client("agent", "drain", "embedded")).out).toBe("agent local/default/embedded takes no more tasks\n");
    expect((await client("agents", "-o", "wide")).out).toMatch(/local\/default\/embedded +Drained/);
    expect((await client("agent", "uncordon", "default/embedded")).code).toBe(0);
    expect((await client("terminate", name)).code).toBe(0);
    expect((await client("agent", "acl", "--pool", "gpu")).out).toContain("~{capstan:gpu}:*");
    expect((await client("agent", "acl", "--pool", "a b")).code).toBe(2);
  });

  test("templates are stored and submitted from", tests, async () => {
    const file = manifest(
      "template.yaml",
      `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: { name: greeter }
spec:
  entrypoint: main
  arguments: { parameters: [{ name: who, value: you }] }
  templates: [{ name: main, container: { image: busybox, command: [echo, "hi {{workflow.parameters.who}}"] } }]
`,
    );
    expect((await client("template", "create", file)).out).toContain("greeter stored");
    expect((await client("template", "create", file)).code).toBe(0);
    expect((await client("template", "list")).out).toContain("greeter");
    const submitted = await client("submit", "--from", "workflowtemplate/greeter", "-p", "who=all", "--log");
    expect(submitted).toMatchObject({ code: 0, out: expect.stringContaining("hi all") });
    expect((await client("template", "delete", "greeter")).code).toBe(0);
  });

  test("the server's word on a manifest names the file's line", tests, async () => {
    const file = manifest(
      "semantic.yaml",
      workflow(
        "s",
        "  entrypoint: nowhere\n  templates:\n  - name: main\n    container: { image: busybox, command: [a] }\n",
      ),
    );
    const refused = await client("submit", file);
    expect(refused).toMatchObject({ code: 2, err: expect.stringMatching(/semantic\.yaml:5:\d+ error: .*nowhere/) });
  });

  test("a second one on the same state is refused; the state outlives the process", tests, async () => {
    const port = String(await freePort());
    const second = await capstan("dev", "--port", port, "--state-dir", stateDir);
    expect(second).toMatchObject({ code: 1, err: expect.stringContaining("in use") });
    const name = (await client("submit", greet, "--wait", "-o", "name")).out.split("\n")[0] ?? "";
    dev.child.kill("SIGINT");
    expect((await dev.ended).code).toBe(0);
    expect(existsSync(join(stateDir, "redis"))).toBe(true);
    dev = await start();
    expect((await client("get", name)).out).toMatch(/Status: +✔ Succeeded/);
  });

  test("without a server a command says how to start one", tests, async () => {
    const { code, err } = await new Running(["list"], { CAPSTAN_SERVER: "127.0.0.1:9" }).ended;
    expect(code).toBe(1);
    expect(err).toMatch(/no Capstan answers[\s\S]*capstan dev/);
  });
});
