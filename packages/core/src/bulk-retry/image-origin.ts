import { compileTemplate } from "@capstan/expressions";
import { taskImage } from "../failure/task-image.ts";
import { templateHolder, templateOfNode } from "../project/stored-templates.ts";
import type { Template, TemplateCall } from "../spec/template.ts";
import type { WorkflowBundle } from "../spec/workflow.ts";
import type { NodeStatus } from "../status.ts";

/** Where the image of a node is said, and so what must change for another one. */
export type ImageOrigin =
  /** In the workflow's own templates. */
  | { readonly kind: "manifest" }
  /** The workflow's parameters are it, or a part of it. */
  | { readonly kind: "parameters"; readonly written: string; readonly parameters: readonly string[] }
  /** In a WorkflowTemplate, which other workflows use too. */
  | { readonly kind: "template"; readonly written: string; readonly name: string; readonly clusterScope: boolean }
  /** In what a step passes on, an item of a loop, the output of another step, … */
  | { readonly kind: "elsewhere"; readonly written: string };

/** A node that runs a template, and the step or task of the node above that called it. */
interface Level {
  readonly node: NodeStatus;
  readonly slot: string | undefined;
}

/** The origin of a node's image; `path` is the node and those that called it, up to the workflow's own. Undefined for what has no image. */
export function imageOrigin(bundle: WorkflowBundle, path: readonly NodeStatus[]): ImageOrigin | undefined {
  const levels = levelsOf(path);
  const [level] = levels;
  const written = level && taskImage(writtenTemplate(bundle, level, levels[1]));
  if (level === undefined || written === undefined) return undefined;
  const parameters = parametersIn(written, 0, { bundle, levels });
  if (parameters === undefined) return { kind: "elsewhere", written };
  if (parameters.length > 0) return { kind: "parameters", written, parameters: [...new Set(parameters)] };
  const holder = templateHolder(level.node) ?? bundle.workflow.spec.workflowTemplateRef;
  if (holder?.name === undefined) return { kind: "manifest" };
  return { kind: "template", written, name: holder.name, clusterScope: holder.clusterScope === true };
}

/** An attempt is called by what calls the node that tries again. */
function levelsOf(path: readonly NodeStatus[]): readonly Level[] {
  return path.flatMap((node, index) => {
    if (node.type === "Retry") return [];
    const above = path[index + 1];
    return [{ node, slot: (above?.type === "Retry" ? above : node).links?.slot }];
  });
}

/** With its tags, which a node's inline template has no more. */
function writtenTemplate(
  bundle: WorkflowBundle,
  { node, slot }: Level,
  above: Level | undefined,
): Template | undefined {
  const isInline = node.links?.inline !== undefined && above !== undefined;
  const call = isInline ? callsOf(bundle, above.node).find(({ name }) => name === slot) : undefined;
  return call?.inline ?? templateOfNode(bundle, node);
}

interface Known {
  readonly bundle: WorkflowBundle;
  readonly levels: readonly Level[];
}

/** The workflow's parameters that a text of a level's template is made of; none for a plain text, undefined where something else is in it. */
function parametersIn(text: string, level: number, known: Known): readonly string[] | undefined {
  const compiled = compileTemplate(JSON.stringify(text));
  if (!compiled.ok || compiled.value.expressions.length > 0) return undefined;
  const found: string[] = [];
  for (const tag of compiled.value.simpleTags) {
    const [, scope, name = ""] = /^(workflow|inputs)\.parameters\.(.+)$/.exec(tag) ?? [];
    if (scope === undefined) return undefined;
    const names = scope === "workflow" ? [name] : parametersOfInput(name, level, known);
    if (names === undefined) return undefined;
    found.push(...names);
  }
  return found;
}

/** The same of an input of a level's template. A plain text that somebody passes on is no parameter of the workflow, nor an image of a container. */
function parametersOfInput(name: string, level: number, known: Known): readonly string[] | undefined {
  const { bundle, levels } = known;
  const { node, slot } = levels[level] ?? {};
  const above = levels[level + 1];
  if (above === undefined) {
    const isGiven = bundle.workflow.spec.arguments?.parameters?.some((one) => one.name === name) === true;
    return isGiven && node?.links?.exit !== true ? [name] : undefined;
  }
  const call = callsOf(bundle, above.node).find((one) => one.name === slot);
  const value = call?.arguments?.parameters?.find((one) => one.name === name)?.value;
  const names = value === undefined ? undefined : parametersIn(value, level + 1, known);
  return names?.length === 0 ? undefined : names;
}

function callsOf(bundle: WorkflowBundle, node: NodeStatus): readonly TemplateCall[] {
  const template = templateOfNode(bundle, node);
  return [...(template?.steps ?? []).flat(), ...(template?.dag?.tasks ?? [])];
}
