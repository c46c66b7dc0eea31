import type { DagTask } from "@capstan/core";

const results = new Set([
  "Succeeded",
  "Failed",
  "Errored",
  "Skipped",
  "Omitted",
  "Daemoned",
  "AnySucceeded",
  "AllFailed",
]);

/** What a task waits for: the tasks, those of them that must be loops, and what is wrong with the condition. */
export interface Dependencies {
  readonly tasks: readonly string[];
  readonly loops: ReadonlySet<string>;
  readonly mistake?: string;
}

/** Reads `dependencies` or `depends` of a task. */
export function dependenciesOf(task: DagTask): Dependencies {
  if (!task.depends) return { tasks: [...new Set(task.dependencies ?? [])], loops: new Set() };
  return new DependsReader(task.depends).read();
}

const token = /\s*(?:(&&|\|\||!|\(|\))|([a-zA-Z0-9][-a-zA-Z0-9]*)(?:\.([A-Za-z]+))?|(\S))/y;

// The grammar is that of conditions: operands joined by && and ||, each with any number of ! before it, parentheses around.
class DependsReader {
  private readonly tasks = new Set<string>();
  private readonly loops = new Set<string>();
  private readonly text: string;
  private expectsOperand = true;
  private open = 0;

  constructor(text: string) {
    this.text = text;
  }

  read(): Dependencies {
    const mistake = this.findMistake();
    const found = { tasks: [...this.tasks], loops: this.loops };
    return mistake === undefined ? found : { ...found, mistake };
  }

  private findMistake(): string | undefined {
    const text = this.text.trimEnd();
    token.lastIndex = 0;
    while (token.lastIndex < text.length) {
      const match = token.exec(text);
      if (match === null) return "cannot be read";
      const mistake = this.take(match[1], match[2], match[3], match[4]);
      if (mistake !== undefined) return mistake;
    }
    if (this.open > 0) return "has an open parenthesis: add )";
    return this.expectsOperand ? "ends where a task is expected" : undefined;
  }

  private take(
    operator: string | undefined,
    task: string | undefined,
    result: string | undefined,
    other: string | undefined,
  ): string | undefined {
    if (other !== undefined)
      return `has ${JSON.stringify(other)}, which is no part of a condition (use &&, ||, ! and parentheses)`;
    if (task !== undefined) return this.takeTask(task, result);
    if (operator === "!" || operator === "(") {
      if (!this.expectsOperand) return `needs && or || before ${operator}`;
      if (operator === "(") this.open += 1;
      return undefined;
    }
    if (this.expectsOperand) return `needs a task before ${operator ?? ""}`;
    if (operator === ")") {
      this.open -= 1;
      return this.open < 0 ? "has a ) without a (" : undefined;
    }
    this.expectsOperand = true;
    return undefined;
  }

  private takeTask(task: string, result: string | undefined): string | undefined {
    if (!this.expectsOperand) return `needs && or || before ${task}`;
    this.expectsOperand = false;
    this.tasks.add(task);
    if (result === "AnySucceeded" || result === "AllFailed") this.loops.add(task);
    if (result === undefined || results.has(result)) return undefined;
    return `has the unknown result ${JSON.stringify(`${task}.${result}`)}: use one of ${[...results].join(", ")}`;
  }
}
