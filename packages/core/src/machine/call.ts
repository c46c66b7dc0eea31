import type { Arguments } from "../spec/arguments.ts";
import type { RetryStrategy, Template } from "../spec/template.ts";
import type { NodeLinks, NodeStatus } from "../status.ts";
import type { TemplateReference } from "./template-library.ts";

/** One call of a template: of a step, a task, a hook, the entrypoint. */
export interface Call {
  readonly nodeName: string;
  readonly reference: TemplateReference;
  /** What `steps.name` or `tasks.name` says inside the called template. */
  readonly caller: { readonly kind: "steps" | "tasks"; readonly name: string };
  /** Where the reference is looked up. */
  readonly scope: string;
  readonly args: Arguments | undefined;
  readonly boundaryId: string | undefined;
  readonly depth: number;
  readonly flag: NodeStatus["nodeFlag"];
  readonly links: Omit<NodeLinks, "ordinal">;
}

/** A call whose template is known and has its inputs. */
export interface PreparedCall {
  /** Tags of the inputs and of constant names are replaced; in leaf templates all. */
  readonly template: Template;
  readonly retryStrategy: RetryStrategy | undefined;
  /** Where the template's own calls are looked up. */
  readonly scope: string;
}

/** The fields of a node that say which template it runs. */
export function nodeIdentity(call: Pick<Call, "reference" | "scope" | "flag">): Partial<NodeStatus> {
  const { template, templateRef } = call.reference;
  return {
    ...(template && { templateName: template }),
    ...(templateRef !== undefined && { templateRef }),
    templateScope: call.scope,
    ...(call.flag !== undefined && { nodeFlag: call.flag }),
  };
}

/** The fields of a node that runs a template with inputs. */
export function nodeInputs(template: Template): Partial<NodeStatus> {
  const { parameters = [], artifacts = [] } = template.inputs ?? {};
  if (parameters.length === 0 && artifacts.length === 0) return {};
  return {
    inputs: { ...(parameters.length > 0 && { parameters }), ...(artifacts.length > 0 && { artifacts }) },
  };
}

/** The links of a call's node; an inline template is kept with it, since it may hold values of the moment. */
export function linksOf(call: Call): Omit<NodeLinks, "ordinal"> {
  const { inline } = call.reference;
  return inline === undefined ? call.links : { ...call.links, inline };
}
