import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogOptions, TaskOutcome, Template } from "@capstan/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aShell, aTask } from "../../testing/a-task.ts";
import { LocalRuntimeHarness, whyNot } from "../../testing/local-runtime-harness.ts";
import { TaskDirectory } from "./task-directory.ts";

const cannot = { sandbox: await whyNot("sandbox"), process: await whyNot("process") };

interface Case {
  readonly what: string;
  readonly template: Template;
  readonly podDefaults?: NonNullable<Parameters<typeof aTask>[1]>["podDefaults"];
  readonly ends: {
    readonly phase: TaskOutcome["phase"];
    readonly message?: string | RegExp;
    readonly result?: string | RegExp;
  };
}

const succeeded = (result?: string | RegExp): Case["ends"] => ({
  phase: "Succeeded",
  ...(result === undefined ? {} : { result }),
});
const shell = (line: string, fields: object = {}): object => ({
  name: "main",
  image: "busybox",
  command: ["sh", "-c", line],
  ...fields,
});
const outputFile = (path: string, more: object = {}): Partial<Template> => ({
  outputs: { parameters: [{ name: "out", valueFrom: { path, ...more } }] },
});

const cases: readonly Case[] = [
  { what: "stdout is the result, one newline less", template: aShell("echo hello; echo"), ends: succeeded("hello\n") },
  { what: "stderr is not the result", template: aShell("echo out; echo err >&2"), ends: succeeded("out") },
  {
    what: "output through /dev/stdout appends",
    template: aShell("echo one; echo two > /dev/stdout; echo three"),
    ends: succeeded("one\ntwo\nthree"),
  },
  {
    what: "an exit code fails the task",
    template: aShell("exit 3"),
    ends: { phase: "Failed", message: "main: Error (exit code 3)" },
  },
  {
    what: "a signal is 128 and its number",
    template: { script: { image: "alpine", command: ["sh"], source: "kill -9 $$" } },
    ends: { phase: "Failed", message: "main: Error (exit code 137)" },
  },
  {
    what: "a program that is not there",
    template: { container: { image: "x", command: ["no-such-program"] } },
    ends: { phase: "Failed", message: /exit code 127/ },
  },
  {
    what: "an unknown image without a command",
    template: { container: { image: "acme/tool:1" } },
    ends: { phase: "Error", message: /image "acme\/tool:1" is not known here/ },
  },
  {
    what: "argosay echoes",
    template: { container: { image: "argoproj/argosay:v2", args: ["echo", "hi there"] } },
    ends: succeeded("hi there"),
  },
  { what: "argosay greets", template: { container: { image: "argoproj/argosay:v2" } }, ends: succeeded("hello argo") },
  {
    what: "argosay exits",
    template: { container: { image: "argoproj/argosay:v2", args: ["exit", "4"] } },
    ends: { phase: "Failed", message: "main: Error (exit code 4)" },
  },
  {
    what: "argosay sleeps a Go duration",
    template: { container: { image: "argoproj/argosay:v2", args: ["sleep", "10ms"] } },
    ends: succeeded(""),
  },
  {
    what: "argosay at its path in the image",
    template: { container: { image: "argoproj/argosay:v2", command: ["/argosay"], args: ["echo", "hi"] } },
    ends: succeeded("hi"),
  },
  {
    what: "argosay writes a line to a file",
    template: aShell("argosay echo hi /tmp/greeting/file; wc -l < /tmp/greeting/file; cat /tmp/greeting/file"),
    ends: succeeded("1\nhi"),
  },
  {
    what: "argosay asserts what a file holds",
    template: aShell("argosay echo hello /tmp/asserted/file; argosay assert_contains /tmp/asserted/file ell"),
    ends: succeeded("hello"),
  },
  {
    what: "argosay asserts what a file does not hold",
    template: aShell("argosay echo hello /tmp/asserted/file; argosay assert_contains /tmp/asserted/file -v"),
    ends: { phase: "Failed", message: "main: Error (exit code 1)" },
  },
  {
    what: "a command that looks like an option is none",
    template: { container: { image: "python", args: ["-c", "print(1)"] } },
    ends: { phase: "Failed", message: /^main: Error \(exit code 12[67]\)$/ },
  },
  ...["sh", "/bin/sh", "ash"].map((shell) => ({
    what: `busybox's shell as ${shell}: [[, RANDOM, an echo that leaves backslashes alone`,
    template: {
      script: {
        image: "alpine:3.23",
        command: [shell],
        source: 'text=abc\n[[ "$text" == a* && -n "$RANDOM" ]] && echo "$text\\n"',
      },
    },
    ends: succeeded("abc\\n"),
  })),
  ...[true, false].map((tty) => ({
    what: `a terminal only for who asks for one: ${tty}`,
    template: {
      container: {
        image: "alpine",
        tty,
        command: ["sh", "-c", "if test -t 0 && test -t 1; then exit 7; else exit 8; fi"],
      },
    },
    ends: { phase: "Failed" as const, message: `main: Error (exit code ${tty ? 7 : 8})` },
  })),
  {
    what: "argosay v1 is a cow",
    template: { container: { image: "argoproj/argosay:v1", args: ["moo"] } },
    ends: succeeded(/< moo >[\s\S]*\(oo\)/),
  },
  {
    what: "whalesay's cowsay",
    template: { container: { image: "docker/whalesay:latest", command: ["cowsay"], args: ["hello world"] } },
    ends: succeeded(/< hello world >/),
  },
  {
    what: "a shell script",
    template: { script: { image: "alpine:3", command: ["sh"], source: 'x="a b"\necho "$x"\n' } },
    ends: succeeded("a b"),
  },
  {
    what: "a Python script",
    template: { script: { image: "python:alpine", command: ["python"], source: "print(6 * 7)" } },
    ends: succeeded("42"),
  },
  {
    what: "a script's exit code",
    template: { script: { image: "alpine", command: ["sh"], source: "exit 5" } },
    ends: { phase: "Failed", message: "main: Error (exit code 5)" },
  },
  {
    what: "arguments with quotes, newlines and dollars",
    template: { container: { image: "x", command: ["printf", "%s|", "it's", 'a"b', "l1\nl2", "$HOME `id`"] } },
    ends: succeeded("it's|a\"b|l1\nl2|$HOME `id`|"),
  },
  {
    what: "env and references",
    template: {
      container: {
        image: "x",
        command: ["sh", "-c", "echo $B $(A)"],
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "x$(A)y" },
        ],
      },
    },
    ends: succeeded("x1y 1"),
  },
  {
    what: "an env name that no shell could export",
    template: {
      container: { image: "x", command: ["env"], env: [{ name: "my.var", value: "v w" }] },
    },
    ends: succeeded(/^my\.var=v w$/m),
  },
  {
    what: "env from the pod's fields",
    template: {
      container: {
        image: "x",
        command: ["sh", "-c", "echo $N $L"],
        env: [
          { name: "N", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
          { name: "L", valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
        ],
      },
    },
    ends: succeeded("argo demo"),
  },
  {
    what: "a secret that is not available",
    template: {
      container: {
        image: "x",
        command: ["true"],
        env: [{ name: "S", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }],
      },
    },
    ends: { phase: "Error", message: /secretKeyRef "s" is not available/ },
  },
  {
    what: "nothing of the agent's environment",
    template: aShell("env | grep -cE '^(VITEST|CAPSTAN_TASK|NODE_)' || true"),
    ends: succeeded("0"),
  },
  {
    what: "Argo's variables",
    template: aShell("echo $ARGO_WORKFLOW_NAME $ARGO_CONTAINER_NAME; echo $ARGO_TEMPLATE | grep -c busybox"),
    ends: succeeded("wf main\n1"),
  },
  {
    what: "the working directory is made",
    template: { container: { image: "x", command: ["sh", "-c", "basename $(pwd)"], workingDir: "/deep/new-folder" } },
    ends: succeeded("new-folder"),
  },
  {
    what: "a missing output parameter",
    template: aShell("true", outputFile("/tmp/capstan-test-none")),
    ends: {
      phase: "Error",
      message: "wait: Error (exit code 64): open /tmp/capstan-test-none: no such file or directory",
    },
  },
  {
    what: "the exit code goes before a missing output",
    template: aShell("exit 2", outputFile("/tmp/capstan-test-none")),
    ends: { phase: "Failed", message: "main: Error (exit code 2)" },
  },
  {
    what: "a missing output artifact",
    template: aShell("true", { outputs: { artifacts: [{ name: "a", path: "/tmp/capstan-test-none" }] } }),
    ends: { phase: "Error", message: /artifact "a": stat \/tmp\/capstan-test-none/ },
  },
  {
    what: "a missing optional artifact",
    template: aShell("true", {
      outputs: { artifacts: [{ name: "a", path: "/tmp/capstan-test-none", optional: true }] },
    }),
    ends: succeeded(),
  },
  {
    what: "a missing input artifact",
    template: aShell("true", {
      inputs: { artifacts: [{ name: "a", path: "/tmp/in-none", s3: { key: "no/such/key" } }] },
    }),
    ends: { phase: "Error", message: /required artifact "a" was not found/ },
  },
  {
    what: "a raw input artifact",
    template: aShell("cat /tmp/capstan-test-raw", {
      inputs: { artifacts: [{ name: "a", path: "/tmp/capstan-test-raw", raw: { data: "raw text" } }] },
    }),
    ends: succeeded("raw text"),
  },
  {
    what: "an unknown volume",
    template: aShell("true", {
      container: { image: "x", command: ["true"], volumeMounts: [{ name: "v", mountPath: "/v" }] },
    }),
    ends: { phase: "Error", message: /mounts volume "v", which neither/ },
  },
  {
    what: "a subPath that climbs",
    template: {
      container: { image: "x", command: ["true"], volumeMounts: [{ name: "v", mountPath: "/v", subPath: "../x" }] },
      volumes: [{ name: "v", emptyDir: {} }],
    },
    ends: { phase: "Error", message: /leaves its volume/ },
  },
  {
    what: "a configMap volume without data",
    template: {
      container: { image: "x", command: ["true"], volumeMounts: [{ name: "v", mountPath: "/v" }] },
      volumes: [{ name: "v", configMap: { name: "cm" } }],
    },
    ends: { phase: "Error", message: /configMap "cm" is not available/ },
  },
  {
    what: "a configMap volume with data",
    template: {
      container: {
        image: "x",
        command: ["cat", "/capstan-test/v/k"],
        volumeMounts: [{ name: "v", mountPath: "/capstan-test/v" }],
      },
      volumes: [{ name: "v", configMap: { name: "cm", data: { k: "value" } } }],
    },
    ends: succeeded("value"),
  },
  {
    what: "init containers run before, over a shared volume",
    template: {
      container: {
        image: "x",
        command: ["cat", "/capstan-test/s/f"],
        volumeMounts: [{ name: "v", mountPath: "/capstan-test/s" }],
      },
      initContainers: [
        { name: "one", image: "x", command: ["sh", "-c", "echo 1 > /capstan-test/s/f"], mirrorVolumeMounts: true },
        { name: "two", image: "x", command: ["sh", "-c", "echo 2 >> /capstan-test/s/f"], mirrorVolumeMounts: true },
      ],
      volumes: [{ name: "v", emptyDir: {} }],
    },
    ends: succeeded("1\n2"),
  },
  {
    what: "a failing init container ends the task",
    template: aShell("echo never", {
      initContainers: [{ name: "first", image: "x", command: ["sh", "-c", "exit 9"] }],
    }),
    ends: { phase: "Failed", message: "first: Error (exit code 9)" },
  },
  {
    what: "a sidecar is killed when main ends",
    template: aShell("echo done", { sidecars: [{ name: "side", image: "x", command: ["sh", "-c", "sleep 1000"] }] }),
    ends: succeeded("done"),
  },
  {
    what: "containers of a set run in order",
    template: {
      containerSet: {
        volumeMounts: [{ name: "v", mountPath: "/capstan-test/w" }],
        containers: [
          shell("cat /capstan-test/w/*", { dependencies: ["a", "b"] }),
          shell("sleep 0.1; echo A > /capstan-test/w/a", { name: "a" }),
          shell("echo B > /capstan-test/w/b", { name: "b", dependencies: ["a"] }),
        ],
      },
      volumes: [{ name: "v", emptyDir: {} }],
    } as Template,
    ends: succeeded("A\nB"),
  },
  {
    what: "a failing container of a set",
    template: {
      containerSet: { containers: [shell("exit 6", { name: "a" }), shell("true", { dependencies: ["a"] })] },
    } as Template,
    ends: { phase: "Failed", message: "a: Error (exit code 6)" },
  },
  {
    what: "a set's inner retries",
    template: {
      containerSet: {
        retryStrategy: { retries: "2", duration: "10ms" },
        volumeMounts: [{ name: "v", mountPath: "/capstan-test/r" }],
        containers: [shell("echo x >> /capstan-test/r/n; test $(wc -l < /capstan-test/r/n) = 3")],
      },
      volumes: [{ name: "v", emptyDir: {} }],
    } as Template,
    ends: succeeded(),
  },
  {
    what: "a cycle in a set",
    template: {
      containerSet: {
        containers: [shell("true", { dependencies: ["b"] }), shell("true", { name: "b", dependencies: ["main"] })],
      },
    } as Template,
    ends: { phase: "Error", message: /form a cycle/ },
  },
  {
    what: "a resource template",
    template: { resource: { action: "get" } },
    ends: { phase: "Error", message: /a resource template does not run/ },
  },
  {
    what: "binary output without a newline",
    template: aShell("printf '\\377\\000x'"),
    ends: succeeded("\ufffd\u0000x"),
  },
  {
    what: "a result of a megabyte keeps its end",
    template: aShell("head -c 1000000 /dev/zero | tr '\\0' a; echo end"),
    ends: succeeded(/^a{262140}end$/),
  },
];

function asPattern(expected: string | RegExp): RegExp {
  return typeof expected === "string" ? new RegExp(`^${expected.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`) : expected;
}

describe.each(["sandbox", "process"] as const)("%s runtime", (name) => {
  describe.skipIf(cannot[name] !== undefined)("runs", () => {
    let harness: LocalRuntimeHarness;
    beforeAll(async () => {
      harness = new LocalRuntimeHarness(name);
      expect(await harness.runtime.check()).toMatchObject({ ok: true });
    });
    afterAll(() => harness.close());

    test.concurrent.each(cases)("$what", async ({ template, podDefaults, ends }) => {
      const outcome = await harness.run(template, podDefaults === undefined ? {} : { podDefaults });
      expect({ phase: outcome.phase, message: outcome.message }).toEqual({
        phase: ends.phase,
        message: ends.message === undefined ? undefined : expect.stringMatching(asPattern(ends.message)),
      });
      if (ends.result !== undefined) expect(outcome.outputs?.result).toMatch(asPattern(ends.result));
      expect(outcome.finishedAtMs).toBeGreaterThanOrEqual(outcome.startedAtMs);
    });

    test("output parameters: value, default, a folder, too large", async () => {
      const parameters = [
        { name: "a", valueFrom: { path: "/tmp/capstan-test-a" } },
        { name: "b", valueFrom: { path: "/tmp/capstan-test-b", default: "fallback" } },
      ];
      const good = await harness.run(aShell("printf 'v\\n\\n' > /tmp/capstan-test-a", { outputs: { parameters } }));
      expect(good.outputs?.parameters?.map(({ value }) => value)).toEqual(["v\n", "fallback"]);
      const folder = await harness.run(aShell("mkdir -p /tmp/capstan-test-a", { outputs: { parameters } }));
      expect(folder.message).toMatch(/is a directory/);
      const large = await harness.run(
        aShell("head -c 300000 /dev/zero > /tmp/capstan-test-a", { outputs: { parameters } }),
      );
      expect(large.message).toMatch(/larger than 262144 bytes/);
    });

    test.each([
      {
        what: "a file",
        make: "echo content > /tmp/capstan-test-x",
        archive: undefined,
        read: "cat /tmp/capstan-test-in",
        sees: "content",
      },
      {
        what: "a folder",
        make: "mkdir -p /tmp/capstan-test-x/sub; echo deep > /tmp/capstan-test-x/sub/f",
        archive: undefined,
        read: "cat /tmp/capstan-test-in/sub/f",
        sees: "deep",
      },
      {
        what: "a link to a file",
        make: "rm -rf /tmp/capstan-test-x; echo linked > /tmp/capstan-test-to; ln -s /tmp/capstan-test-to /tmp/capstan-test-x",
        archive: undefined,
        read: "cat /tmp/capstan-test-in",
        sees: "linked",
      },
      {
        what: "a link to a folder",
        make: "rm -rf /tmp/capstan-test-x; mkdir -p /tmp/capstan-test-d; echo behind > /tmp/capstan-test-d/f; ln -s /tmp/capstan-test-d /tmp/capstan-test-x",
        archive: { none: {} },
        read: "cat /tmp/capstan-test-in/f",
        sees: "behind",
      },
      {
        what: "a plain file",
        make: "echo plain > /tmp/capstan-test-x",
        archive: { none: {} },
        read: "cat /tmp/capstan-test-in",
        sees: "plain",
      },
      {
        what: "a plain folder",
        make: "mkdir -p /tmp/capstan-test-x; echo 1 > /tmp/capstan-test-x/f",
        archive: { none: {} },
        read: "cat /tmp/capstan-test-in/f",
        sees: "1",
      },
      {
        what: "an uncompressed archive",
        make: "echo t > /tmp/capstan-test-x",
        archive: { tar: { compressionLevel: 0 } },
        read: "cat /tmp/capstan-test-in",
        sees: "t",
      },
    ])("$what goes from one task to another", async ({ make, archive, read, sees }) => {
      const artifact = { name: "art", path: "/tmp/capstan-test-x", ...(archive === undefined ? {} : { archive }) };
      const made = await harness.run(aShell(`${make}`, { outputs: { artifacts: [artifact] } }));
      const saved = made.outputs?.artifacts?.[0];
      expect(saved).toMatchObject({ name: "art", s3: { key: expect.stringContaining("wf/wf-main-") } });
      const input = { ...saved, name: "art", path: "/tmp/capstan-test-in", mode: 0o755 };
      const used = await harness.run(aShell(read, { inputs: { artifacts: [input] } }));
      expect(used).toMatchObject({ phase: "Succeeded", outputs: { result: sees } });
    });

    test.each([
      { what: "side by side", dependencies: {} },
      { what: "one after main", dependencies: { dependencies: ["main"] } },
    ])("outputs of a set wait for all its containers: $what", async ({ dependencies }) => {
      const slow = { name: "slow", image: "busybox", command: ["sh", "-c", "sleep 0.3; echo late > /shared/out"] };
      const outcome = await harness.run(
        {
          volumes: [{ name: "shared", emptyDir: {} }],
          containerSet: {
            volumeMounts: [{ name: "shared", mountPath: "/shared" }],
            containers: [
              { ...slow, ...dependencies },
              { name: "main", image: "busybox", command: ["true"] },
            ],
          },
          ...outputFile("/shared/out"),
        },
        {},
      );
      expect(outcome).toMatchObject({ phase: "Succeeded", outputs: { parameters: [{ name: "out", value: "late" }] } });
    });

    test("workflow volumes are shared by a workflow's tasks, emptyDir is not", async () => {
      const mounted = (volume: string, line: string): Template => ({
        container: {
          image: "x",
          command: ["sh", "-c", line],
          volumeMounts: [{ name: volume, mountPath: "/capstan-test/v" }],
        },
        volumes: [{ name: "own", emptyDir: {} }],
      });
      const podDefaults = { volumeClaimTemplates: [{ metadata: { name: "work" } }] };
      for (const volume of ["work", "own"])
        await harness.run(mounted(volume, "echo here > /capstan-test/v/f"), { podDefaults });
      const look = "cat /capstan-test/v/f 2> /dev/null || echo none";
      expect((await harness.run(mounted("work", look), { podDefaults })).outputs?.result).toBe("here");
      expect((await harness.run(mounted("own", look), { podDefaults })).outputs?.result).toBe("none");
      expect((await harness.run(mounted("work", look), { podDefaults, workflowUid: "another" })).outputs?.result).toBe(
        "none",
      );
    });

    test("a second start answers with the first one's outcome, also after it was forgotten", async () => {
      const marks = mkdtempSync(join(tmpdir(), "capstan-marks-"));
      const mark: Template = {
        container: {
          image: "x",
          command: ["sh", "-c", "echo x >> /capstan-test/m/count"],
          volumeMounts: [{ name: "m", mountPath: "/capstan-test/m" }],
        },
        volumes: [{ name: "m", hostPath: { path: marks } }],
      };
      const task = aTask(mark);
      const first = await (await harness.start(task)).running.outcome;
      const again = await (await harness.start(task)).running.outcome;
      await harness.runtime.forget(task.id);
      const late = await (await harness.start(task)).running.outcome;
      expect([again, late]).toEqual([first, first]);
      expect(readFileSync(join(marks, "count"), "utf8")).toBe("x\n");
      rmSync(marks, { recursive: true });
    });

    test("SIGTERM lets a program clean up; the reason is the message", async () => {
      const task = aTask(aShell("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done"));
      const { running } = await harness.start(task);
      await harness.untilLine(task.id, "ready");
      running.kill("stopped by the user", 5_000);
      running.kill("another reason", 5_000);
      expect(await running.outcome).toMatchObject({
        phase: "Failed",
        message: "stopped by the user",
        outputs: { result: "ready\nbye", exitCode: "0" },
      });
    });

    test("a second SIGTERM does not cut the clean-up short", async () => {
      const task = aTask(aShell("trap 'sleep 0.3; echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done"));
      const { running } = await harness.start(task);
      await harness.untilLine(task.id, "ready");
      running.kill("stopped", 20_000);
      const init = new TaskDirectory(join(harness.stateFolder, "tasks"), task.id).readInit("main");
      for (const afterMs of [20, 60, 100]) setTimeout(() => init && process.kill(init.pid, "SIGTERM"), afterMs);
      expect(await running.outcome).toMatchObject({ message: "stopped", outputs: { exitCode: "3" } });
    });

    test("SIGKILL follows for one that does not listen", async () => {
      const task = aTask(aShell("trap '' TERM; echo ready; while :; do sleep 0.05; done"));
      const { running } = await harness.start(task);
      await harness.untilLine(task.id, "ready");
      running.kill("enough", 200);
      expect(await running.outcome).toMatchObject({ phase: "Failed", message: "enough", outputs: { exitCode: "137" } });
    });

    test("a kill before the command has begun", async () => {
      const { running } = await harness.start(aTask(aShell("sleep 60")));
      running.kill("at once", 100);
      expect(await running.outcome).toMatchObject({ phase: "Failed", message: "at once" });
    });

    test.each([
      { what: "runLimitMs", limits: () => ({ runLimitMs: 200 }) },
      { what: "deadlineAtMs", limits: () => ({ deadlineAtMs: Date.now() + 200 }) },
      { what: "a deadline that has passed", limits: () => ({ deadlineAtMs: Date.now() - 1 }) },
    ])("$what ends a task", async ({ limits }) => {
      const outcome = await harness.run(aShell("sleep 60"), limits());
      expect(outcome).toMatchObject({
        phase: "Failed",
        message: "Pod was active on the node longer than the specified deadline",
      });
      expect(outcome.outputs?.exitCode).toBeUndefined();
    });

    test("a daemon is started when it runs and succeeds when it is ended", async () => {
      const { running, whenStarted, observed } = await harness.start(
        aTask(aShell("while :; do sleep 0.05; done", { daemon: true })),
      );
      await whenStarted;
      expect(observed.started).toMatchObject([{ hostNodeName: "node-1", podIP: "127.0.0.1" }]);
      running.kill("the scope has ended", 1_000);
      expect(await running.outcome).toMatchObject({ phase: "Succeeded" });
    });

    test("progress is reported from the file", async () => {
      const { running, observed } = await harness.start(
        aTask(aShell("echo 1/4 > $ARGO_PROGRESS_FILE; sleep 0.4; echo 4/4 > $ARGO_PROGRESS_FILE; sleep 0.4")),
      );
      await running.outcome;
      expect(observed.progress).toEqual(["1/4", "4/4"]);
    });

    test("logs: streams, containers, tail, since, follow", async () => {
      const task = aTask(
        aShell("echo one; echo two >&2; sleep 0.5; echo three; printf last", {
          initContainers: [{ name: "first", image: "x", command: ["echo", "zero"] }],
        }),
      );
      const { running } = await harness.start(task);
      const followed = harness.logs(task.id, { follow: true });
      await running.outcome;
      const texts = (await followed).map(({ container, stream, text }) => `${container} ${stream} ${text}`);
      expect(texts.toSorted()).toEqual([
        "first stdout zero",
        "main stderr two",
        "main stdout last",
        "main stdout one",
        "main stdout three",
      ]);
      expect((await harness.logs(task.id, { container: "main", tailLines: 2 })).map(({ text }) => text)).toEqual([
        "three",
        "last",
      ]);
      const three = (await harness.logs(task.id)).find(({ text }) => text === "three");
      const one = (await harness.logs(task.id)).find(({ text }) => text === "one");
      expect((three?.atMs ?? 0) - (one?.atMs ?? 0)).toBeGreaterThan(200);
      expect((await harness.logs(task.id, { sinceMs: three?.atMs ?? 0 })).map(({ text }) => text)).toEqual([
        "three",
        "last",
      ]);
      expect((await harness.logs(task.id, { search: "T" })).map(({ text }) => text).toSorted()).toEqual([
        "last",
        "three",
        "two",
      ]);
      expect(await harness.logs("no.such.0")).toEqual([]);
    });

    test("old run folders go after the retention, young ones stay", async () => {
      const young = aTask(aShell("true"));
      await (await harness.start(young)).running.outcome;
      await harness.runtime.forget(young.id);
      await harness.runtime.collectGarbage();
      expect(harness.runtime.hasLogs(young.id)).toBe(true);
      const impatient = new LocalRuntimeHarness(name, { stateFolder: harness.stateFolder, retentionMs: -1_000 });
      await impatient.runtime.collectGarbage();
      expect(harness.runtime.hasLogs(young.id)).toBe(false);
    });

    test("a folder of the user's is on PATH", async () => {
      const scripts = mkdtempSync(join(tmpdir(), "capstan-path-"));
      writeFileSync(join(scripts, "myscript.sh"), "#!/bin/sh\necho got $1\n", { mode: 0o755 });
      const own = new LocalRuntimeHarness(name, { paths: [scripts] });
      await own.runtime.check();
      const outcome = await own.run({ container: { image: "acme/any", command: ["myscript.sh"], args: ["hello"] } });
      expect(outcome).toMatchObject({ phase: "Succeeded", outputs: { result: "got hello" } });
      own.close();
      rmSync(scripts, { recursive: true });
    });
  });
});

describe.skipIf(cannot.sandbox !== undefined)("the sandbox keeps tasks apart", () => {
  let harness: LocalRuntimeHarness;
  let host: string;
  beforeAll(async () => {
    harness = new LocalRuntimeHarness("sandbox");
    host = mkdtempSync(join(tmpdir(), "capstan-host-"));
    await harness.runtime.check();
  });
  afterAll(() => {
    harness.close();
    rmSync(host, { recursive: true });
  });
  const hostMount = (readOnly: boolean): Partial<Template> => ({
    volumes: [{ name: "h", hostPath: { path: host } }],
    container: { image: "x", volumeMounts: [{ name: "h", mountPath: "/mnt/host", readOnly }] },
  });
  const mounted = (line: string, readOnly = false): Template => {
    const { container, volumes } = hostMount(readOnly);
    return { container: { ...container, command: ["sh", "-c", line] }, ...(volumes === undefined ? {} : { volumes }) };
  };

  test("writes do not reach the host nor another task", async () => {
    const name = `capstan-test-${process.pid}`;
    const write = await harness.run(
      aShell(`for d in / /usr /tmp /etc; do echo x > $d/${name} || exit 1; done; ls /tmp`),
    );
    expect(write).toMatchObject({ phase: "Succeeded", outputs: { result: name } });
    for (const folder of ["/", "/usr", "/tmp", "/etc"]) expect(existsSync(join(folder, name))).toBe(false);
    const look = await harness.run(aShell(`ls /${name} /usr/${name} /tmp/${name} /etc/${name} 2> /dev/null | wc -l`));
    expect(look.outputs?.result).toBe("0");
  });

  test.each([
    {
      what: "deletes stay inside",
      line: "rm -rf /etc/passwd /etc/group; ls /etc/passwd /etc/group 2> /dev/null | wc -l",
      sees: /^0$/,
    },
    { what: "only its own processes are there", line: "ls /proc | grep -c '^[0-9]'", sees: /^[1-6]$/ },
    { what: "the host's root is out of reach", line: "ls /proc/1/root/ 2> /dev/null | wc -l", sees: /^0$/ },
    {
      what: "no mounting",
      line: "mount -t tmpfs x /mnt 2> /dev/null && echo mounted || echo refused",
      sees: /^refused$/,
    },
    {
      what: "no device nodes",
      line: "mknod /tmp/disk b 8 0 2> /dev/null && echo made || echo refused",
      sees: /^refused$/,
    },
    {
      what: "the host's disks are not in /dev",
      line: "ls /dev | tr '\\n' ' '",
      sees: /^fd full null ptmx?.*|^fd full null .*random.*zero $/,
    },
    { what: "the host name is the pod's", line: "cat /proc/sys/kernel/hostname", sees: /^wf-main-\d+$/ },
    { what: "/dev/null works", line: "echo x > /dev/null && head -c 2 /dev/zero | wc -c", sees: /^2$/ },
    { what: "shared memory works", line: "echo 1 > /dev/shm/x && cat /dev/shm/x", sees: /^1$/ },
  ])("$what", async ({ line, sees }) => {
    const outcome = await harness.run(aShell(line));
    expect(outcome).toMatchObject({ phase: "Succeeded" });
    expect(outcome.outputs?.result).toMatch(sees);
    expect(existsSync("/etc/passwd")).toBe(true);
  });

  test("hostPath: written through, and read-only where asked", async () => {
    expect(await harness.run(mounted("echo in > /mnt/host/f"))).toMatchObject({ phase: "Succeeded" });
    expect(readFileSync(join(host, "f"), "utf8")).toBe("in\n");
    expect(
      (await harness.run(mounted("echo no > /mnt/host/f 2> /dev/null || cat /mnt/host/f", true))).outputs?.result,
    ).toBe("in");
  });

  test("background processes end with their task", async () => {
    const outcome = await harness.run(
      mounted("(sleep 0.3; echo late > /mnt/host/late) > /dev/null 2>&1 & setsid sleep 1000 & echo done"),
    );
    expect(outcome.outputs?.result).toBe("done");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(existsSync(join(host, "late"))).toBe(false);
  });

  test("outputs are found through links and in volumes as the command saw them", async () => {
    const template: Template = {
      container: {
        image: "x",
        command: ["sh", "-c", "echo v > /vol/f; ln -s /vol/f /tmp/link"],
        volumeMounts: [{ name: "v", mountPath: "/vol" }],
      },
      volumes: [{ name: "v", emptyDir: {} }],
      outputs: {
        parameters: [
          { name: "a", valueFrom: { path: "/vol/f" } },
          { name: "b", valueFrom: { path: "/tmp/link" } },
        ],
      },
    };
    expect((await harness.run(template)).outputs?.parameters?.map(({ value }) => value)).toEqual(["v", "v"]);
  });

  test("an input artifact below a mounted volume lies in the volume", async () => {
    const template: Template = {
      inputs: { artifacts: [{ name: "a", path: "/vol/sub/f", raw: { data: "raw" } }] },
      container: { image: "x", command: ["cat", "/vol/sub/f"], volumeMounts: [{ name: "v", mountPath: "/vol" }] },
      volumes: [{ name: "v", emptyDir: {} }],
    };
    expect((await harness.run(template)).outputs?.result).toBe("raw");
  });

  test("hostAliases of the workflow and of the template, which nslookup finds", async () => {
    const outcome = await harness.run(
      aShell("nslookup one.alias; getent hosts two.alias", {
        hostAliases: [{ ip: "127.0.0.2", hostnames: ["two.alias"] }],
      }),
      { podDefaults: { hostAliases: [{ ip: "127.0.0.1", hostnames: ["one.alias", "uno.alias"] }] } },
    );
    expect(outcome.outputs?.result).toMatch(/one\.alias\nAddress: 127\.0\.0\.1\n127\.0\.0\.2\s+two\.alias/);
  });

  test("nc serves and asks on the loopback", async () => {
    const outcome = await harness.run(
      aShell("nc -lk -p 39871 -e /bin/echo hi & until nc -z 127.0.0.1 39871; do sleep 0.05; done; nc 127.0.0.1 39871"),
      {},
    );
    expect(outcome.outputs?.result).toBe("hi");
  });

  test("subPath, and a mount inside a mount", async () => {
    mkdirSync(join(host, "part"), { recursive: true });
    writeFileSync(join(host, "part", "p"), "part");
    const template: Template = {
      container: {
        image: "x",
        command: ["sh", "-c", "cat /data/inner/p; ls /data"],
        volumeMounts: [
          { name: "h", mountPath: "/data/inner", subPath: "part" },
          { name: "v", mountPath: "/data" },
        ],
      },
      volumes: [
        { name: "v", emptyDir: {} },
        { name: "h", hostPath: { path: host } },
      ],
    };
    expect((await harness.run(template)).outputs?.result).toBe("partinner");
  });

  test("two hundred at once", { timeout: 60_000 }, async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, index) => harness.run(aShell(`echo ${index} > /tmp/n; cat /tmp/n`))),
    );
    expect(outcomes.map(({ outputs }) => outputs?.result)).toEqual(
      Array.from({ length: 200 }, (_, index) => String(index)),
    );
  });

  test("a flood of output is bounded on disk and keeps its end; how much is gone is said", {
    timeout: 60_000,
  }, async () => {
    const task = aTask(aShell("head -c 300000000 /dev/zero | tr '\\0' y; echo; echo the end"));
    const outcome = await (await harness.start(task)).running.outcome;
    expect(outcome).toMatchObject({ outputs: { result: expect.stringMatching(/y\nthe end$/) } });
    const whole = { text: "the end", skippedBytes: 300_000_001 };
    expect(await harness.logs(task.id, { tailLines: 1 })).toEqual([expect.objectContaining(whole)]);
    const [found] = await harness.logs(task.id, { search: "THE END" });
    expect(found?.text).toBe("the end");
    expect(found?.skippedBytes).toBeGreaterThan(100_000_000);
  });

  test("of a long log, what is asked for comes from where it is", { timeout: 60_000 }, async () => {
    const task = aTask(aShell("seq 1 300000; echo trouble >&2; sleep 0.5; seq 300001 600000"));
    await (await harness.start(task)).running.outcome;
    const texts = async (options: Partial<LogOptions>) =>
      (await harness.logs(task.id, options)).map(({ text }) => text);
    expect(await texts({ search: "12345" })).toEqual(
      [
        "12345",
        "112345",
        ...Array.from({ length: 10 }, (_, digit) => `12345${digit}`),
        "212345",
        "312345",
        "412345",
        "512345",
      ].toSorted((left, right) => Number(left) - Number(right)),
    );
    expect(await texts({ search: "12345", tailLines: 2 })).toEqual(["412345", "512345"]);
    const tail = await harness.logs(task.id, { tailLines: 1_000, container: "main" });
    expect(tail).toHaveLength(1_000);
    expect(tail.at(-1)?.text).toBe("600000");
    const text = tail.map((line) => `${line.text}\n`).join("");
    const digits = 9 * 2 + 90 * 3 + 900 * 4 + 9_000 * 5 + 90_000 * 6 + 500_001 * 7;
    expect(tail[0]?.skippedBytes).toBe(digits + "trouble\n".length - text.length);
    expect(await texts({ search: "trouble" })).toEqual(["trouble"]);
  });

  test("a fork bomb stays in its task", { timeout: 60_000 }, async () => {
    const bomb = aTask(aShell("bomb() { bomb | bomb & }; bomb 2> /dev/null; sleep 1000"), {
      runLimitMs: 1_000,
      podDefaults: { terminationGracePeriodSeconds: 0 },
    });
    const [bombed, other] = await Promise.all([
      harness.start(bomb).then(({ running }) => running.outcome),
      harness.run(aShell("echo fine")),
    ]);
    expect(bombed).toMatchObject({
      phase: "Failed",
      message: "Pod was active on the node longer than the specified deadline",
    });
    expect(other.outputs?.result).toBe("fine");
  });
});
