import type { JsonObject } from "../../json.ts";
import type { NodeStatus } from "../../status.ts";

/** A node as Argo writes it, as far as it is compared. */
export interface ArgoNode extends JsonObject {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly type: string;
  readonly phase: string;
  readonly message?: string;
  readonly boundaryID?: string;
  readonly templateName?: string;
  readonly templateScope?: string;
  readonly startedAt?: string | null;
  readonly finishedAt?: string | null;
  readonly children?: readonly string[];
  readonly outboundNodes?: readonly string[];
}

/** Differences between our nodes and Argo's, one line each; nodes are compared by name. Empty when the trees agree. */
export function compareTrees(
  ours: readonly NodeStatus[],
  theirs: readonly ArgoNode[],
  /** Trees that Argo's tests wrote by hand are not complete: only what its controller works with is compared. */
  isHandmade = false,
): readonly string[] {
  const differences: string[] = [];
  const ourNames = new Map(ours.map(({ id, name }) => [id, name]));
  const theirNames = new Map(theirs.map(({ id, name }) => [id, name]));
  const theirNodes = new Map(theirs.map((node) => [node.name, node]));
  for (const node of ours) {
    const other = theirNodes.get(node.name);
    if (other === undefined) {
      differences.push(`${node.name}: is not Argo's (${node.type} ${node.phase})`);
      continue;
    }
    theirNodes.delete(node.name);
    const left = facts(node as unknown as ArgoNode, ourNames, isHandmade);
    const right = facts(other, theirNames, isHandmade);
    for (const field of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const [own, argo] = [JSON.stringify(left[field]), JSON.stringify(right[field])];
      if (own !== argo) differences.push(`${node.name}: ${field} is ${own}, Argo's ${argo}`);
    }
  }
  for (const node of theirNodes.values()) differences.push(`${node.name}: is missing (${node.type} ${node.phase})`);
  return differences;
}

function facts(node: ArgoNode, names: ReadonlyMap<string, string>, isHandmade: boolean): { [field: string]: unknown } {
  // Argo names children that it has not created yet, where a limit keeps them from starting.
  const byName = (ids: unknown) =>
    Array.isArray(ids) ? [...new Set(ids.flatMap((id: string) => names.get(id) ?? []))].sort() : [];
  const worked = {
    type: node.type,
    phase: node.phase,
    message: node.message ?? "",
    boundary: node.boundaryID ? (names.get(node.boundaryID) ?? "") : "",
    children: byName(node.children),
    outputs: valuesOf(node["outputs"]),
  };
  if (isHandmade) return worked;
  return {
    ...worked,
    id: node.id,
    displayName: node.displayName ?? "",
    progress: node["progress"] ?? "",
    templateName: node.templateName ?? "",
    templateRef: node["templateRef"] ?? null,
    outboundNodes: byName(node.outboundNodes),
    flag: flagOf(node["nodeFlag"]),
    inputs: valuesOf(node["inputs"]),
  };
}

function flagOf(flag: unknown): unknown {
  const { hooked, retried } = (flag ?? {}) as { hooked?: boolean; retried?: boolean };
  return [hooked === true, retried === true];
}

function valuesOf(puts: unknown): unknown {
  const { parameters, artifacts, result, exitCode } = (puts ?? {}) as {
    parameters?: readonly { name: string; value?: unknown }[];
    artifacts?: readonly { name: string }[];
    result?: string;
    exitCode?: string;
  };
  return {
    parameters: (parameters ?? []).map(({ name, value }) => [name, value ?? null]),
    artifacts: (artifacts ?? []).map(({ name }) => name),
    result: result ?? null,
    exitCode: exitCode ?? null,
  };
}
