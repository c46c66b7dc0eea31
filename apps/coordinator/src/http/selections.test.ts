import { describe, expect, test } from "vitest";
import { BoundedChannel } from "./bounded-channel.ts";
import { FieldMask } from "./field-mask.ts";
import { labelsMatch, parseLabelSelector } from "./label-selector.ts";
import { mergeByTime } from "./log-merge.ts";

describe("label selectors", () => {
  const labels = { team: "a", tier: "1", "example.com/x": "" };
  test.each([
    { selector: "", matches: true },
    { selector: "team=a", matches: true },
    { selector: "team==b", matches: false },
    { selector: "team!=b,tier=1", matches: true },
    { selector: "missing!=b", matches: true },
    { selector: "team in (b, a)", matches: true },
    { selector: "team notin (a)", matches: false },
    { selector: "missing notin (a)", matches: true },
    { selector: "team", matches: true },
    { selector: "!team", matches: false },
    { selector: "!missing, example.com/x=", matches: true },
    { selector: "team in (a),tier in (2,3)", matches: false },
    { selector: "constructor", matches: false },
  ])("$selector: $matches", ({ selector, matches }) => {
    const parsed = parseLabelSelector(selector);
    expect(parsed.ok && labelsMatch(labels, parsed.value)).toBe(matches);
  });

  test.each(["a===b", "a in b", "a=b c", "=x", "in (a)", "a in (b", "!", "a!b"])("%s is refused", (selector) => {
    expect(parseLabelSelector(selector).ok).toBe(false);
  });
});

describe("field masks", () => {
  const value = {
    metadata: { name: "a", labels: { x: "1" } },
    items: [{ id: 1, status: { phase: "P", nodes: {} } }, { id: 2 }],
  };

  test.each([
    { fields: undefined, result: value },
    { fields: "metadata.name", result: { metadata: { name: "a" } } },
    { fields: "items.id,items.status.phase", result: { items: [{ id: 1, status: { phase: "P" } }, { id: 2 }] } },
    { fields: "-metadata,items.status.nodes", result: { items: [{ id: 1, status: { phase: "P" } }, { id: 2 }] } },
    { fields: "nothing,__proto__", result: {} },
  ])("$fields", ({ fields, result }) => expect(new FieldMask(fields).apply(value)).toEqual(result));

  test("say beforehand what is wanted", () => {
    expect(new FieldMask("items.status.phase").includes("items.status.nodes")).toBe(false);
    expect(new FieldMask("items.status").includes("items.status.nodes")).toBe(true);
    expect(new FieldMask("items.status.nodes.x").includes("items.status.nodes")).toBe(true);
    expect(new FieldMask("-items.status.nodes").includes("items.status.nodes")).toBe(false);
    expect(new FieldMask("-items.status.nodes").includes("items.status.phase")).toBe(true);
    expect(new FieldMask("").includes("anything")).toBe(true);
  });
});

describe("merging logs", () => {
  const line = (atMs: number) => ({ atMs, text: `${atMs}`, stream: "stdout" as const, container: "main" });
  const pod = (podName: string, ...times: readonly number[]) => ({
    ...{ podName, taskId: podName },
    async *open() {
      for (const atMs of times) yield line(atMs);
    },
  });

  test("is by time across pods, a group of pods after the other", async () => {
    const merged: string[] = [];
    for await (const { podName, text } of mergeByTime([pod("a", 1, 4), pod("b", 2, 3), pod("c", 0)], 2, () => {})) {
      merged.push(podName + text);
    }
    expect(merged).toEqual(["a1", "b2", "b3", "a4", "c0"]);
  });

  test("goes on without a pod that fails, and closes what it opened when the reader leaves", async () => {
    const failures: string[] = [];
    let closed = 0;
    const broken = {
      ...{ podName: "broken", taskId: "1" },
      async *open() {
        yield line(1);
        throw new Error("gone");
      },
    };
    const endless = {
      ...{ podName: "endless", taskId: "2" },
      async *open() {
        try {
          for (let atMs = 2; ; atMs++) yield line(atMs);
        } finally {
          closed++;
        }
      },
    };
    const seen: string[] = [];
    for await (const { podName } of mergeByTime([broken, endless], 5, (name) => void failures.push(name))) {
      seen.push(podName);
      if (seen.length === 4) break;
    }
    expect(seen).toEqual(["broken", "endless", "endless", "endless"]);
    expect({ failures, closed }).toEqual({ failures: ["broken"], closed: 1 });
  });
});

describe("a bounded channel", () => {
  test("makes producers wait for room, and loses nothing", async () => {
    const channel = new BoundedChannel<number>(2);
    let pushed = 0;
    const producing = (async () => {
      for (let number = 1; number <= 10; number++) {
        await channel.push(number);
        pushed = number;
      }
      channel.close();
    })();
    await Promise.resolve();
    const taken: unknown[] = [];
    for (let item = await channel.take(); item !== undefined; item = await channel.take()) {
      expect(pushed - taken.length).toBeLessThanOrEqual(3);
      taken.push(item);
    }
    await producing;
    expect(taken).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test("refuses what comes after its end", async () => {
    const channel = new BoundedChannel<number>(1);
    const waiting = channel.take();
    channel.close();
    expect(await waiting).toBeUndefined();
    expect(await channel.push(1)).toBe(false);
    expect(await channel.take()).toBeUndefined();
  });
});
