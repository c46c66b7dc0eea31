import type { Variables } from "@capstan/expressions";
import { podNameOf } from "../graph/node-names.ts";
import { isFailedOrError } from "../graph/phases.ts";
import type { NodePhase, NodeStatus, WorkflowHeader, WorkflowPhase } from "../status.ts";
import { formatTimestamp } from "../timestamp.ts";
import type { ExecutedSpec } from "./executed-spec.ts";

/** What the variables of a workflow are taken from. */
export interface WorkflowFacts {
  readonly name: string;
  readonly nowMs: number;
  readonly header: WorkflowHeader;
  readonly nodes: ReadonlyMap<string, NodeStatus>;
  readonly spec: ExecutedSpec;
}

const outputsPrefix = "workflow.outputs.parameters.";

/**
 * The workflow's variables now: those that never change, and its status, duration, failures and outputs. Composite
 * templates are processed with the first kind only and meet the second when a call is made, so that it does not matter when a
 * frame was built.
 */
export class WorkflowVariables implements Variables {
  readonly #state: WorkflowFacts;
  readonly #status: string | undefined;

  /** `status` stands in for workflow.status, where a hook sees more than the header tells. */
  constructor(state: WorkflowFacts, status?: string) {
    this.#state = state;
    this.#status = status;
  }

  get(name: string): string | undefined {
    const constant = this.#state.spec.globals.get(name);
    if (constant !== undefined || !name.startsWith("workflow.")) return constant;
    switch (name) {
      case "workflow.status":
        return this.#status ?? workflowStatus(this.#state);
      case "workflow.duration":
        return this.#duration();
      case "workflow.failures":
        return this.#isExiting() ? failuresText(this.#state) : undefined;
      default:
        return name.startsWith(outputsPrefix) ? this.#output(name.slice(outputsPrefix.length)) : undefined;
    }
  }

  *keys(): Iterable<string> {
    yield* this.#state.spec.globals.keys();
    yield "workflow.status";
    yield "workflow.duration";
    if (this.#isExiting()) yield "workflow.failures";
    for (const parameter of this.#state.header.outputs?.parameters ?? []) yield `${outputsPrefix}${parameter.name}`;
  }

  #isExiting(): boolean {
    return this.#status !== undefined || isEnded(rootNode(this.#state)?.phase);
  }

  #duration(): string {
    const { startedAtMs, finishedAtMs } = this.#state.header;
    if (startedAtMs === undefined) return (0).toFixed(6);
    return (((finishedAtMs ?? this.#state.nowMs) - startedAtMs) / 1_000).toFixed(6);
  }

  #output(name: string): string | undefined {
    return this.#state.header.outputs?.parameters?.find((parameter) => parameter.name === name)?.value;
  }
}

/** The node of the workflow's entrypoint. */
export function rootNode(state: WorkflowFacts): NodeStatus | undefined {
  return state.nodes.get(state.name);
}

/** What `workflow.status` says: the header's phase while the entrypoint runs, afterwards the result of the entrypoint. */
export function workflowStatus(state: WorkflowFacts): string {
  const phase = rootNode(state)?.phase;
  return phase !== undefined && isEnded(phase) ? workflowPhaseOf(phase) : state.header.phase || "Running";
}

/** The phase that the entrypoint's node gives the workflow. */
export function workflowPhaseOf(phase: NodePhase): WorkflowPhase {
  return phase === "Skipped" || phase === "Omitted" ? "Succeeded" : phase;
}

function isEnded(phase: NodePhase | undefined): boolean {
  return phase !== undefined && phase !== "Pending" && phase !== "Running";
}

// The list is quoted once more, as Argo does, so that its quotes survive being put into JSON.
function failuresText(state: WorkflowFacts): string {
  const failures: unknown[] = [];
  for (const node of state.nodes.values()) {
    if (!isFailedOrError(node.phase)) continue;
    const templateName = node.templateRef?.template ?? node.templateName ?? "";
    failures.push({
      displayName: node.displayName,
      message: node.message ?? "",
      templateName,
      phase: node.phase,
      podName: podNameOf(state.name, node.id, templateName),
      finishedAt: node.finishedAtMs === undefined ? null : formatTimestamp(node.finishedAtMs),
    });
  }
  return JSON.stringify(JSON.stringify(failures.length === 0 ? null : failures));
}
