import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import type { Task, Template } from "@capstan/core";
import { afterEach, describe, expect, test } from "vitest";
import { aShell, podTask } from "../../testing/pod-values.ts";
import { ReceivingAgent, type Reply } from "../../testing/receiving-agent.ts";
import { busyboxPath, SupervisedPod, type SupervisedPodOptions } from "../../testing/supervised-pod.ts";

const open: { remove?(): void; close?(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) {
    one.remove?.();
    await one.close?.();
  }
});

function aPod(
  template: Partial<Template>,
  options: SupervisedPodOptions = {},
  changes: Partial<Task> = {},
): SupervisedPod {
  const pod = new SupervisedPod(podTask(aShell(":", template), changes), options);
  open.push(pod);
  return pod;
}

async function anAgent(
  answer?: () => Reply | "break off",
): Promise<{ readonly agent: ReceivingAgent; readonly port: number }> {
  const agent = new ReceivingAgent(answer);
  open.push(agent);
  return { agent, port: await agent.listen() };
}

const sh = (line: string): readonly string[] => ["/bin/sh", "-c", line];

/** What a process has started and waits for. */
function commandsOfChildren(pid: number | undefined): readonly string[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return children.filter(Boolean).map((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").replaceAll("\0", " "));
}

const parametersAt = (...paths: readonly string[]): Partial<Template> => ({
  outputs: { parameters: paths.map((path, index) => ({ name: `p${index}`, valueFrom: { path } })) },
});

describe.skipIf(busyboxPath === undefined)("supervise.sh (skipped where there is no busybox)", () => {
  test("gives the command its words, its stdin, its exit code and exactly the container's environment", async () => {
    const environment = {
      PATH: "/usr/bin:/bin",
      "spring.server-port": "80",
      LINES: "one\n  two * three\n",
      // Names that the supervisor uses for itself.
      ...{ TOKEN: "mine", name: "mine", code: "mine", note: "mine", environment: "mine", B: "mine", IFS: "x" },
      EMPTY: "",
    };
    const pod = aPod({});
    const started = pod.start(
      "main",
      sh(`cat; printf '<%s>' "$@"; cat /proc/$$/environ; exit 7`).concat("sh", "a b", "", "c\nd"),
      environment,
    );
    started.process.stdin?.end("typed ");
    const { code, stdout } = await started.ended;
    expect(code).toBe(7);
    const [words, ...variables] = stdout.split("\0");
    expect(words).toBe(`typed <a b><><c\nd>PATH=/usr/bin:/bin`);
    expect(
      Object.fromEntries(
        variables.filter(Boolean).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
      ),
    ).toEqual(Object.fromEntries(Object.entries(environment).slice(1)));
  });

  describe("a sidecar", () => {
    const beside = { sidecars: [{ name: "web", image: "nginx" }] };

    test("that ends stays until it is told to end, and has ended well then", async () => {
      const pod = aPod(beside);
      const started = pod.start("web", sh("echo done"));
      await started.said("done");
      await expect.poll(() => existsSync(pod.at("run/web.over"))).toBe(true);
      expect(started.process.exitCode).toBeNull();
      started.process.kill("SIGTERM");
      expect(await started.ended).toMatchObject({ code: 0, stdout: "done\n" });
    });

    test("that fails says so once: started again, it stays without running a second time", async () => {
      const pod = aPod(beside);
      expect(await pod.start("web", sh("echo ran; exit 3")).ended).toMatchObject({ code: 3, stdout: "ran\n" });
      const again = pod.start("web", sh("echo ran; exit 3"));
      const { pid } = again.process;
      await expect.poll(() => commandsOfChildren(pid)).toContainEqual(expect.stringMatching(/busybox sleep/));
      again.process.kill("SIGTERM");
      expect(await again.ended).toMatchObject({ code: 0, stdout: "" });
    });

    test("that runs is told to end, and ends as it likes", async () => {
      const started = aPod(beside).start(
        "web",
        sh("trap 'echo told; exit 5' TERM; echo up; while :; do sleep 0.05; done"),
      );
      await started.said("up");
      started.process.kill("SIGTERM");
      expect(await started.ended).toMatchObject({ code: 5, stdout: "up\ntold\n" });
    });
  });

  test("finds a program in the container's PATH and not among busybox's", async () => {
    const pod = aPod({});
    mkdirSync(pod.at("programs"));
    writeFileSync(pod.at("programs/greet"), "#!/bin/sh\necho hello\n", { mode: 0o755 });
    expect(await pod.start("main", ["greet"], { PATH: `/nowhere:${pod.at("programs")}` }).ended).toMatchObject({
      code: 0,
      stdout: "hello\n",
    });
    const lost = await pod.start("main", ["ls"], { PATH: pod.at("programs") }).ended;
    expect(lost).toMatchObject({ code: 127, stderr: `exec: "ls": executable file not found in $PATH\n` });
    expect(lost.captured?.message).toBe('exec: "ls": executable file not found in $PATH');
  });

  test("passes SIGTERM on, waits for the command, and still takes its outputs", async () => {
    const pod = aPod(parametersAt("/tmp/unused"));
    const file = pod.at("last-words");
    const again = aPod(parametersAt(file));
    const started = again.start(
      "main",
      sh(`trap 'echo bye > ${file}; exit 3' TERM; echo ready; while :; do sleep 0.05; done`),
      { PATH: "/usr/bin:/bin" },
    );
    await started.said("ready");
    started.process.kill("SIGTERM");
    const { code, captured } = await started.ended;
    expect(code).toBe(3);
    expect(captured?.parameters.get(0)).toEqual({ kind: "text", text: "bye\n" });
  });

  test("a command that a signal ends has 128 and its number as code", async () => {
    expect((await aPod({}).start("main", sh("kill -9 $$")).ended).code).toBe(137);
  });

  test("keeps what the command itself left as its termination message", async () => {
    const pod = aPod(parametersAt("/nowhere/x"));
    writeFileSync(pod.at("notes/main"), "");
    const { captured } = await pod.start("main", sh(`echo "no licence" > ${pod.at("notes/main")}; exit 1`)).ended;
    expect(captured?.message).toBe("no licence");
    expect(captured?.parameters.get(0)).toEqual({ kind: "missing" });
  });

  test("a Pod whose supervisor was killed says nothing", async () => {
    const started = aPod(parametersAt("/nowhere/x")).start("main", sh("echo ready; exec sleep 60"), {
      PATH: "/usr/bin:/bin",
    });
    await started.said("ready");
    started.process.kill("SIGKILL");
    expect((await started.ended).captured).toBeUndefined();
  });

  describe("output parameters", () => {
    test("what is small goes into the message, the rest to the agent, and of each output there is a mark", async () => {
      const { agent, port } = await anAgent();
      const pod = aPod({}, {});
      const sizes = [0, 1, 2_700, 2_700, 30, 256 * 1024, 256 * 1024 + 1];
      const paths = sizes.map((size, index) => {
        const path = pod.at(`out-${index}`);
        writeFileSync(path, "x".repeat(size));
        return path;
      });
      mkdirSync(pod.at("a-folder"));
      const all = [...paths, pod.at("a-folder"), pod.at("nothing")];
      const { code, captured, message } = await aPod(parametersAt(...all), { port }).start("main", ["/bin/true"]).ended;
      expect(code).toBe(0);
      expect(message.length).toBeLessThanOrEqual(4096);
      expect(all.map((_, index) => captured?.parameters.get(index)?.kind)).toEqual([
        "text",
        "text",
        "text",
        "sent",
        "text",
        "sent",
        "large",
        "folder",
        "missing",
      ]);
      expect(agent.received.map(({ request, body }) => [request, body.length])).toEqual([
        ["POST /v1/tasks/uid-1.wf-123.0/parameters/3", 2_700],
        ["POST /v1/tasks/uid-1.wf-123.0/parameters/5", 256 * 1024],
      ]);
      expect(new Set(agent.received.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer secret"]));
    });

    test("many that are sent all find room for their marks", async () => {
      const { agent, port } = await anAgent();
      const folder = aPod({});
      const paths = Array.from({ length: 60 }, (_, index) => {
        writeFileSync(folder.at(`out-${index}`), "y".repeat(700));
        return folder.at(`out-${index}`);
      });
      const { captured } = await aPod(parametersAt(...paths), { port }).start("main", ["/bin/true"]).ended;
      expect(captured?.parameters.size).toBe(60);
      expect([...(captured?.parameters.values() ?? [])].filter(({ kind }) => kind === "sent")).toHaveLength(
        agent.received.length,
      );
    });

    test("a file may be a link, and may hold anything", async () => {
      const folder = aPod({});
      const bytes = "ünïcode\n\ttab 'quote' \"double\" $(no) `no`\n\n";
      writeFileSync(folder.at("it's"), bytes);
      symlinkSync(folder.at("it's"), folder.at("link"));
      const { captured } = await aPod(parametersAt(folder.at("it's"), folder.at("link"))).start("main", ["/bin/true"])
        .ended;
      expect([...(captured?.parameters.values() ?? [])]).toEqual([
        { kind: "text", text: bytes },
        { kind: "text", text: bytes },
      ]);
    });
  });

  describe("the way to the agent", () => {
    const big = (pod: SupervisedPod): string => {
      writeFileSync(pod.at("big"), "z".repeat(10_000));
      return pod.at("big");
    };

    test.each([
      { status: 413, kind: "large" },
      { status: 401, kind: "refused" },
      { status: 404, kind: "refused" },
      { status: 503, kind: "unsent" },
    ])("an answer of $status makes the output $kind", async ({ status, kind }) => {
      const { port } = await anAgent(() => ({ status }));
      const { captured } = await aPod(parametersAt(big(aPod({}))), { port, triesMax: 1 }).start("main", ["/bin/true"])
        .ended;
      expect(captured?.parameters.get(0)).toEqual({ kind });
    });

    test("an agent that breaks off or cannot take it now is asked again", async () => {
      const answers: (Reply | "break off")[] = ["break off", { status: 503 }, { status: 204 }];
      const { agent, port } = await anAgent(() => answers.shift() ?? { status: 500 });
      const { captured } = await aPod(parametersAt(big(aPod({}))), { port }).start("main", ["/bin/true"]).ended;
      expect(captured?.parameters.get(0)).toEqual({ kind: "sent" });
      expect(agent.received.map(({ body }) => body.length)).toEqual([10_000, 10_000, 10_000]);
    });

    test("an agent that is not there is asked again, and the output is said to be unsent in the end", async () => {
      const { agent, port } = await anAgent();
      await agent.close();
      const { captured } = await aPod(parametersAt(big(aPod({}))), { port, triesMax: 2 }).start("main", ["/bin/true"])
        .ended;
      expect(captured?.parameters.get(0)).toEqual({ kind: "unsent" });
    });
  });

  describe("output artifacts", () => {
    const artifact = (path: string, archive?: Template["archive"]): Partial<Template> => ({
      outputs: { artifacts: [{ name: "a", path, ...(archive !== undefined && { archive: archive as never }) }] },
    });

    test.each([
      { what: "a folder", archive: undefined, kind: "tgz", list: "tree/\ntree/file\ntree/link\n" },
      { what: "a folder, not archived", archive: { none: {} }, kind: "folder", list: "tree/\ntree/file\ntree/link\n" },
    ])("$what is sent as $kind", async ({ archive, kind, list }) => {
      const { agent, port } = await anAgent();
      const folder = aPod({});
      mkdirSync(folder.at("tree"));
      writeFileSync(folder.at("tree/file"), "text");
      symlinkSync("file", folder.at("tree/link"));
      const { captured } = await aPod(artifact(`${folder.at("tree")}/`, archive), { port }).start("main", ["/bin/true"])
        .ended;
      expect(captured?.artifacts.get(0)).toEqual({ kind: "sent" });
      expect(agent.received[0]?.request).toBe(`POST /v1/tasks/uid-1.wf-123.0/artifacts/0?kind=${kind}`);
      const names = execFileSync("tar", [kind === "tgz" ? "-tzf" : "-tf", "-"], {
        input: agent.received[0]?.body,
        encoding: "utf8",
      });
      expect(names.split("\n").sort().join("\n").trim()).toBe(list.trim());
    });

    test("a file that is not archived is sent as it is, whatever its size", async () => {
      const { agent, port } = await anAgent();
      const folder = aPod({});
      const bytes = Buffer.alloc(3 * 1024 * 1024 + 17, "0123456789abcdef\0\r\n");
      writeFileSync(folder.at("file"), bytes);
      await aPod(artifact(folder.at("file"), { none: {} }), { port }).start("main", ["/bin/true"]).ended;
      expect(agent.received[0]?.request).toMatch(/kind=file$/);
      expect(agent.received[0]?.body.equals(bytes)).toBe(true);
    });

    test("what a link leads to is sent, not the link", async () => {
      const { agent, port } = await anAgent();
      const folder = aPod({});
      writeFileSync(folder.at("file"), "text");
      symlinkSync("file", folder.at("link"));
      await aPod(artifact(folder.at("link")), { port }).start("main", ["/bin/true"]).ended;
      const content = execFileSync("tar", ["-xzOf", "-"], { input: agent.received[0]?.body, encoding: "utf8" });
      expect(content).toBe("text");
    });

    test("a link that leads nowhere is missing", async () => {
      const folder = aPod({});
      symlinkSync("nowhere", folder.at("link"));
      const { captured } = await aPod(artifact(folder.at("link"))).start("main", ["/bin/true"]).ended;
      expect(captured?.artifacts.get(0)).toEqual({ kind: "missing" });
    });

    test("what is not there is missing", async () => {
      const { captured } = await aPod(artifact("/nowhere/at/all")).start("main", ["/bin/true"]).ended;
      expect(captured?.artifacts.get(0)).toEqual({ kind: "missing" });
    });
  });

  describe("stdout as the result", () => {
    test("is shown and taken; a process that is left behind does not hold the container", async () => {
      const pod = aPod({}, { isResultCaptured: true }, { captureResult: true });
      const started = pod.start("main", sh("echo out; echo err >&2; sleep 60 & exit 4"), { PATH: "/usr/bin:/bin" });
      const ended = await started.ended;
      expect(ended).toMatchObject({ code: 4, stdout: "out\n" });
      expect(ended.stderr).toContain("err");
      expect(ended.captured?.result).toEqual({ kind: "text", text: "out\n" });
    });
  });

  test("how far the command is is told whenever it changes", async () => {
    const { agent, port } = await anAgent();
    const line =
      "echo 1/3 > $ARGO_PROGRESS_FILE; read -r go; printf '2/3\\n3/3\\n' >> $ARGO_PROGRESS_FILE; read -r end";
    const task = podTask(aShell(line));
    const pod = new SupervisedPod(task, { port });
    open.push(pod);
    const told = async (count: number): Promise<void> => {
      while (agent.received.length < count) await agent.next();
    };
    const started = pod.start("main", sh(line), { ARGO_PROGRESS_FILE: pod.at("run/progress") });
    await told(1);
    started.process.stdin?.write("go\n");
    await told(2);
    started.process.stdin?.end("end\n");
    expect((await started.ended).code).toBe(0);
    expect(agent.received.map(({ request, body }) => [request, body.toString()])).toEqual([
      ["POST /v1/tasks/uid-1.wf-123.0/progress", "1/3\n"],
      ["POST /v1/tasks/uid-1.wf-123.0/progress", "3/3\n"],
    ]);
  });

  describe("container sets", () => {
    const set = (retryStrategy?: { readonly retries: number }): Template => ({
      containerSet: {
        containers: [
          { name: "a", image: "busybox" },
          { name: "b", image: "busybox", dependencies: ["a"] },
          { name: "main", image: "busybox", dependencies: ["b"] },
        ],
        ...(retryStrategy !== undefined && { retryStrategy }),
      },
    });
    const aSet = (retryStrategy?: { readonly retries: number }): SupervisedPod => {
      const pod = new SupervisedPod(podTask(set(retryStrategy)));
      open.push(pod);
      return pod;
    };

    test("a container starts when those that it depends on have succeeded", async () => {
      const pod = aSet();
      const line = (name: string): readonly string[] => sh(`echo ${name} >> ${pod.at("order")}`);
      const later = [pod.start("main", line("main")), pod.start("b", line("b"))];
      const first = pod.start("a", sh(`sleep 0.2; echo a >> ${pod.at("order")}`), { PATH: "/usr/bin:/bin" });
      const ends = await Promise.all([first, ...later].map(({ ended }) => ended));
      expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
      expect(readFileSync(pod.at("order"), "utf8")).toBe("a\nb\nmain\n");
    });

    test("those that depend on one that failed end without running", async () => {
      const pod = aSet();
      const started = ["main", "b"].map((name) => pod.start(name, sh(`touch ${pod.at("ran")}`)));
      expect((await pod.start("a", sh("exit 5")).ended).code).toBe(5);
      expect(await Promise.all(started.map(async ({ ended }) => (await ended).code))).toEqual([64, 64]);
      expect(existsSync(pod.at("ran"))).toBe(false);
    });

    test("one whose supervisor was killed counts as failed", async () => {
      const pod = aSet();
      const first = pod.start("a", sh("echo ready; exec sleep 60"), { PATH: "/usr/bin:/bin" });
      await first.said("ready");
      const second = pod.start("b", ["/bin/true"]);
      first.process.kill("SIGKILL");
      expect((await second.ended).code).toBe(64);
    });

    test("one that waits ends when it is told to", async () => {
      const waiting = aSet().start("b", ["/bin/true"]);
      await new Promise((resolve) => waiting.process.once("spawn", resolve));
      // A signal before the shell has set its traps ends it all the same.
      waiting.process.kill("SIGTERM");
      expect([143, null]).toContain((await waiting.ended).code);
    });

    test("a command is tried again as often as the set says", async () => {
      const pod = aSet({ retries: 2 });
      const line = `echo x >> ${pod.at("tries")}; [ $(wc -l < ${pod.at("tries")}) -ge 3 ]`;
      expect((await pod.start("a", sh(line), { PATH: "/usr/bin:/bin" }).ended).code).toBe(0);
      const failing = await pod.start("a", sh(`echo x >> ${pod.at("more")}; exit 9`)).ended;
      expect(failing.code).toBe(9);
      expect(readFileSync(pod.at("more"), "utf8")).toBe("x\nx\nx\n");
    });
  });

  test("works where the root file system is read-only for it and nothing but busybox is there", async () => {
    const pod = aPod({});
    chmodSync(pod.at("bin"), 0o555);
    expect((await pod.start("main", [pod.at("bin/busybox"), "true"], {}).ended).code).toBe(0);
    chmodSync(pod.at("bin"), 0o755);
  });
});
