import { attemptName, podNameOf } from "../graph/node-names.ts";
import type { Result } from "../result.ts";
import type { LastAttempt } from "../retry/retry-variables.ts";
import { attemptVariables } from "../retry/retry-variables.ts";
import type { Template } from "../spec/template.ts";
import type { NodeStatus } from "../status.ts";
import { substituteTemplate } from "../template/process-arguments.ts";
import type { Call } from "./call.ts";
import type { MachineState } from "./state.ts";
import { isPodTemplate, templateType } from "./template-library.ts";

/** The template of one attempt: that of the call with `retries`, `lastRetry.*` and the attempt's own names put in. */
export function attemptTemplate(
  state: MachineState,
  template: Template,
  retry: Pick<Call, "nodeName" | "reference">,
  attempt: number,
  last: NodeStatus | undefined,
): Result<Template> {
  const locals = new Map(attemptVariables(attempt, last === undefined ? undefined : lastAttempt(last)));
  if (isPodTemplate(template)) {
    const name = retry.reference.templateRef?.template ?? retry.reference.template ?? template.name;
    locals.set("pod.name", podNameOf(state.name, state.nodeId(attemptName(retry.nodeName, attempt)), name));
  }
  const type = templateType(template);
  const globals = type === "steps" || type === "dag" ? state.spec.globals : state.variables;
  return substituteTemplate(template, { globals, locals, evaluation: state.evaluation });
}

/** An attempt that has ended, as the retry strategy looks at it. */
export function lastAttempt(node: NodeStatus): LastAttempt {
  const startedAtMs = node.startedAtMs ?? 0;
  return {
    phase: node.phase,
    message: node.message,
    exitCode: node.outputs?.exitCode,
    startedAtMs,
    finishedAtMs: node.finishedAtMs ?? startedAtMs,
    daemoned: node.daemoned,
  };
}
