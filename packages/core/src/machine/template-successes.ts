import type { NodeStatus } from "../status.ts";

/** How many tasks of each template have succeeded in a workflow; follows from its nodes alone. */
export class TemplateSuccesses {
  readonly #counts = new Map<string, number>();

  /** A node takes the place of what its id held. */
  change(before: NodeStatus | undefined, after: NodeStatus | undefined): void {
    if (before?.phase === after?.phase) return;
    if (before !== undefined) this.#count(before, -1);
    if (after !== undefined) this.#count(after, 1);
  }

  /** Of the node's template, this one included. */
  of(node: NodeStatus): number {
    return this.#counts.get(nameOf(node)) ?? 0;
  }

  #count(node: NodeStatus, change: number): void {
    if (node.type !== "Pod" || node.phase !== "Succeeded") return;
    const name = nameOf(node);
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + change);
  }
}

function nameOf({ templateRef, templateScope = "", templateName = "" }: NodeStatus): string {
  return templateRef === undefined ? `${templateScope} ${templateName}` : `${templateRef.name} ${templateRef.template}`;
}
