import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Task, Template } from "@capstan/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { aTask } from "../../testing/a-task.ts";
import { LocalRuntimeHarness, whyNot } from "../../testing/local-runtime-harness.ts";
import { TaskDirectory } from "./task-directory.ts";

const cannot = { sandbox: await whyNot("sandbox"), process: await whyNot("process") };

describe.each(["sandbox", "process"] as const)("%s runtime after the agent's SIGKILL", (name) => {
  describe.skipIf(cannot[name] !== undefined)("finds its tasks", () => {
    let stateFolder: string;
    let marks: string;
    let successor: LocalRuntimeHarness;
    let agent: ChildProcess | undefined;

    beforeEach(async () => {
      stateFolder = mkdtempSync(join(tmpdir(), "capstan-adopt-"));
      marks = mkdtempSync(join(tmpdir(), "capstan-marks-"));
      successor = new LocalRuntimeHarness(name, { stateFolder });
      await successor.runtime.check();
    });
    afterEach(() => {
      agent?.kill("SIGKILL");
      successor.close();
      rmSync(marks, { recursive: true, force: true });
    });

    /** Counts its own start, waits for the file `go`, ends with 7. */
    const template = (): Template => ({
      container: {
        image: "x",
        command: [
          "sh",
          "-c",
          "echo x >> /capstan-test/count; until [ -e /capstan-test/go ]; do sleep 0.02; done; echo result; exit 7",
        ],
        volumeMounts: [{ name: "m", mountPath: "/capstan-test" }],
      },
      volumes: [{ name: "m", hostPath: { path: marks } }],
    });

    /** Runs the tasks in a process of its own and kills that when it has printed the line. */
    async function agentUntil(tasks: readonly Task[], line: string): Promise<void> {
      const argument = JSON.stringify({ config: { runtime: name, stateFolder, nodeName: "node-1", paths: [] }, tasks });
      const script = join(import.meta.dirname, "..", "..", "testing", "agent-child.ts");
      agent = spawn(process.execPath, [script, argument], { stdio: ["ignore", "pipe", "inherit"] });
      const exited = new Promise<void>((resolve) => agent?.once("exit", () => resolve()));
      if (agent.stdout !== null)
        for await (const text of createInterface({ input: agent.stdout })) if (text === line) break;
      agent.kill("SIGKILL");
      await exited;
    }

    const count = (): number =>
      existsSync(join(marks, "count")) ? readFileSync(join(marks, "count"), "utf8").length / 2 : 0;
    const expected = {
      phase: "Failed",
      message: "main: Error (exit code 7)",
      outputs: { result: "result", exitCode: "7" },
    };

    test("a running task goes on, is adopted, and has run once", async () => {
      const task = aTask(template());
      await agentUntil([task], `started ${task.id}`);
      expect((await successor.runtime.leftovers()).map(({ id }) => id)).toEqual([task.id]);
      const { running, whenStarted } = await successor.start(task);
      await whenStarted;
      writeFileSync(join(marks, "go"), "");
      expect(await running.outcome).toMatchObject(expected);
      expect(count()).toBe(1);
    });

    test("a task that ends while no agent lives answers with its outcome", async () => {
      const task = aTask(template());
      await agentUntil([task], `started ${task.id}`);
      writeFileSync(join(marks, "go"), "");
      const directory = new TaskDirectory(join(stateFolder, "tasks"), task.id);
      await expect.poll(() => directory.has("ended"), { timeout: 10_000 }).toBe(true);
      expect(await (await successor.start(task)).running.outcome).toMatchObject(expected);
      expect(count()).toBe(1);
      await successor.runtime.forget(task.id);
      expect(await successor.runtime.leftovers()).toEqual([]);
    });

    test("killed at any moment of the start, the task still runs once", async () => {
      writeFileSync(join(marks, "go"), "");
      const tasks = Array.from({ length: 6 }, () => aTask(template()));
      // The kill comes while later tasks are being prepared, spawned or already done.
      await agentUntil(tasks, `launched ${tasks[2]?.id}`);
      const outcomes = await Promise.all(tasks.map(async (task) => (await successor.start(task)).running.outcome));
      expect(outcomes).toMatchObject(tasks.map(() => expected));
      expect(count()).toBe(tasks.length);
    });

    test("two supervisors of one task: only one runs it", async () => {
      const task = aTask(template());
      await agentUntil([task], `launched ${task.id}`);
      const directory = new TaskDirectory(join(stateFolder, "tasks"), task.id);
      const second = spawn("/bin/sh", [directory.at("run.sh")], { detached: true, stdio: "ignore" });
      await new Promise((resolve) => second.once("exit", resolve));
      writeFileSync(join(marks, "go"), "");
      expect(await (await successor.start(task)).running.outcome).toMatchObject(expected);
      expect(count()).toBe(1);
    });

    test("a kill that was asked of the old agent is finished by the new one", async () => {
      const task = aTask(template());
      await agentUntil([task], `started ${task.id}`);
      new TaskDirectory(join(stateFolder, "tasks"), task.id).writeKill({
        reason: "stopped",
        graceMs: 100,
        atMs: Date.now(),
      });
      expect(await (await successor.start(task)).running.outcome).toMatchObject({
        phase: "Failed",
        message: "stopped",
      });
    });

    test("a supervisor that was killed means a lost task, and nothing of it stays", async () => {
      const task = aTask(template());
      await agentUntil([task], `started ${task.id}`);
      const directory = new TaskDirectory(join(stateFolder, "tasks"), task.id);
      const claim = directory.readClaim();
      const init = directory.readInit("main");
      if (claim === undefined || claim === "elsewhen" || init === undefined) throw new Error("no claim");
      process.kill(claim.pid, "SIGKILL");
      expect(await (await successor.start(task)).running.outcome).toMatchObject({
        phase: "Error",
        message: expect.stringContaining("node lost"),
      });
      await expect.poll(() => existsSync(`/proc/${init.pid}`), { timeout: 5_000 }).toBe(false);
    });

    test("a task from before the machine's last start is lost", async () => {
      const task = aTask(template());
      const directory = new TaskDirectory(join(stateFolder, "tasks"), task.id);
      directory.writeTask(task);
      appendFileSync(directory.at("claim"), "00000000-0000-0000-0000-000000000000 1 (sh) S 0 1 1\n");
      expect(await (await successor.start(task)).running.outcome).toMatchObject({
        phase: "Error",
        message: expect.stringContaining("node lost"),
      });
    });
  });
});
