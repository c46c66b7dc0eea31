import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedFolder } from "./corpus.ts";

interface GoldenNode {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly type: string;
  readonly phase: string;
  readonly templateName?: string;
  readonly boundaryID?: string;
  readonly children?: readonly string[];
  readonly outputs?: {
    readonly result?: string;
    readonly exitCode?: string;
    readonly parameters?: readonly { readonly name: string; readonly value?: string }[];
  };
}

export interface RunWorkflow {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly phase?: string;
    readonly message?: string;
    readonly nodes?: Readonly<Record<string, GoldenNode>>;
  };
}

/** Recorded runs that say nothing of ours, and why. */
const incomparable: Readonly<Record<string, string>> = {
  "examples/coinflip.yaml": "flips a coin",
  "examples/conditional-parameters.yaml": "flips a coin",
  "examples/retry-container.yaml": "retries until a random exit code is 0",
  "examples/scripts-bash.yaml": "prints a random number",
  "examples/global-outputs.yaml": "its cluster had no artifact repository, so the recorded run failed",
};

/** The recorded run of a manifest on a real cluster, if there is one. */
export function goldenOf(path: string): RunWorkflow | undefined {
  if (incomparable[path] !== undefined) return undefined;
  const file = join(
    sharedFolder,
    "argo",
    "vectors",
    "golden",
    `${path.replace(/\.yaml$/, "").replaceAll("/", "__")}.json`,
  );
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as RunWorkflow) : undefined;
}

/** How a run differs from its golden run in names, types, phases, tree and outputs; empty when it does not. */
export function differences(actual: RunWorkflow, golden: RunWorkflow): readonly string[] {
  const [ours, theirs] = [describeNodes(actual), describeNodes(golden)];
  const found: string[] = [];
  for (const [name, node] of theirs) {
    const own = ours.get(name);
    if (own === undefined) found.push(`node ${name} is missing`);
    else if (own !== node) found.push(`node ${name}: ${own} instead of ${node}`);
  }
  for (const name of ours.keys()) if (!theirs.has(name)) found.push(`node ${name} is not in the golden run`);
  return found;
}

function describeNodes(workflow: RunWorkflow): ReadonlyMap<string, string> {
  const nodes = Object.values(workflow.status?.nodes ?? {});
  const neutral = (text: string): string => text.replaceAll(workflow.metadata.name, "WORKFLOW");
  const names = new Map(nodes.map((node) => [node.id, neutral(node.name)]));
  const nameOf = (id: string | undefined): string => (id === undefined ? "" : (names.get(id) ?? `unknown ${id}`));
  return new Map(
    nodes.map((node) => [
      neutral(node.name),
      JSON.stringify({
        displayName: neutral(node.displayName),
        type: node.type,
        phase: node.phase,
        template: node.templateName ?? "",
        boundary: nameOf(node.boundaryID),
        children: (node.children ?? []).map(nameOf).sort(),
        result: neutral(node.outputs?.result ?? ""),
        exitCode: node.outputs?.exitCode ?? "",
        parameters: (node.outputs?.parameters ?? [])
          .map((parameter) => `${parameter.name}=${neutral(parameter.value ?? "")}`)
          .sort(),
      }),
    ]),
  );
}
