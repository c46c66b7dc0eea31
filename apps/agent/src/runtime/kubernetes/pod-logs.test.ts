import { Readable } from "node:stream";
import type { LogOptions } from "@capstan/core";
import type { KubeClient, Pod } from "@capstan/kubernetes";
import { expect, test } from "vitest";
import { podLogs } from "./pod-logs.ts";

const pod: Pod = {
  ...{ apiVersion: "v1", kind: "Pod", metadata: { namespace: "default", name: "pod" } },
  spec: { containers: [{ name: "main", image: "busybox" }] },
  status: { phase: "Succeeded" },
};
const written = ["one error", "fine", "two ERRORs", "three errors"].map((text) => `2026-01-02T03:04:05Z ${text}\n`);

async function read(options: Partial<LogOptions>) {
  const asked: unknown[] = [];
  const stream = async (_path: string, query: unknown) => {
    asked.push(query);
    return Readable.from(written);
  };
  const client = { stream } as unknown as KubeClient;
  const texts: string[] = [];
  const lines = podLogs(client, () => pod, { follow: false, ...options }, new AbortController().signal);
  for await (const { text } of lines) texts.push(text);
  return { texts, asked };
}

test.each<{ options: Partial<LogOptions>; texts: readonly string[]; tailLines: number | undefined }>([
  { options: { tailLines: 4 }, texts: ["one error", "fine", "two ERRORs", "three errors"], tailLines: 4 },
  { options: { search: "Error" }, texts: ["one error", "two ERRORs", "three errors"], tailLines: undefined },
  { options: { search: "error", tailLines: 2 }, texts: ["two ERRORs", "three errors"], tailLines: undefined },
  {
    options: { search: "error", tailLines: 1, follow: true },
    texts: ["one error", "two ERRORs", "three errors"],
    tailLines: undefined,
  },
])("$options: $texts; the API server is asked for the last $tailLines", async ({ options, texts, tailLines }) => {
  const { asked, ...found } = await read(options);
  expect(found).toEqual({ texts });
  expect(asked).toEqual([expect.objectContaining({ tailLines })]);
});
