import { KubeError } from "@capstan/kubernetes";
import { VirtualTime } from "@capstan/testkit";
import { beforeEach, expect, test } from "vitest";
import { silentLogger } from "../../logger.ts";
import { NodeHealth } from "./node-health.ts";

let time: VirtualTime;
let asked: string[];
let answer: (() => unknown) | undefined;
let health: NodeHealth;

beforeEach(() => {
  time = new VirtualTime();
  asked = [];
  const get = async <T>(path: string): Promise<T> => {
    asked.push(path);
    return answer?.() as T;
  };
  health = new NodeHealth({ client: { get }, clock: time, logger: silentLogger });
});

function refusing(status: number): () => never {
  return () => {
    throw new KubeError(status, "Reason", "text");
  };
}

test.each([
  { what: "has left the cluster", given: refusing(404), loss: "node lost: n/1 (it has left the cluster)" },
  { what: "may not be read", given: refusing(403), loss: undefined },
  { what: "is there", given: () => ({ metadata: {} }), loss: undefined },
])("a node that $what", async ({ given, loss }) => {
  answer = given;
  expect(await health.lossOf("n/1")).toBe(loss);
  expect(asked).toEqual(["/api/v1/nodes/n%2F1"]);
});

test("Pods that ask together are answered by one request, those that ask later by another", async () => {
  answer = () => ({ metadata: {} });
  await Promise.all([health.lossOf("a"), health.lossOf("a"), health.lossOf("b")]);
  expect(asked).toHaveLength(2);
  answer = refusing(404);
  await time.advance(3_000);
  expect(await health.lossOf("a")).toContain("node lost: a");
});
