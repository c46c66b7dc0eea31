import type { DagTask } from "@capstan/core";
import { type Dependencies, dependenciesOf } from "./depends.ts";

const none: Dependencies = { tasks: [], loops: new Set() };

/** The tasks of a DAG by name, and who waits for whom. All walks are loops: a chain may be as long as it likes. */
export class DagGraph {
  private readonly tasks = new Map<string, { readonly task: DagTask; readonly index: number }>();
  private readonly waitsFor = new Map<string, Dependencies>();

  constructor(tasks: readonly DagTask[]) {
    tasks.forEach((task, index) => {
      this.tasks.set(task.name, { task, index });
      this.waitsFor.set(task.name, dependenciesOf(task));
    });
  }

  task(name: string): DagTask | undefined {
    return this.tasks.get(name)?.task;
  }

  indexOf(name: string): number {
    return this.tasks.get(name)?.index ?? 0;
  }

  names(): Iterable<string> {
    return this.tasks.keys();
  }

  dependenciesOf(name: string): Dependencies {
    return this.waitsFor.get(name) ?? none;
  }

  /** Whether `descendant` waits for `ancestor`, directly or through others. */
  isAncestor(ancestor: string, descendant: string): boolean {
    const seen = new Set<string>([descendant]);
    const pending = [descendant];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      for (const dependency of this.dependenciesOf(name).tasks) {
        if (dependency === ancestor) return true;
        if (seen.has(dependency)) continue;
        seen.add(dependency);
        pending.push(dependency);
      }
    }
    return false;
  }

  /** The names of a cycle, the first again at the end; undefined when there is none. */
  findCycle(): string[] | undefined {
    const done = new Set<string>();
    for (const start of this.tasks.keys()) {
      const cycle = this.cycleFrom(start, done);
      if (cycle !== undefined) return cycle;
    }
    return undefined;
  }

  private cycleFrom(start: string, done: Set<string>): string[] | undefined {
    const way: string[] = [];
    const onWay = new Set<string>();
    const frames: { readonly name: string; next: number }[] = [];
    const enter = (name: string) => {
      frames.push({ name, next: 0 });
      way.push(name);
      onWay.add(name);
    };
    if (!done.has(start)) enter(start);
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const dependency = this.dependenciesOf(frame.name).tasks[frame.next];
      frame.next += 1;
      if (dependency === undefined) {
        done.add(frame.name);
        onWay.delete(frame.name);
        way.pop();
        frames.pop();
      } else if (onWay.has(dependency)) return [...way.slice(way.indexOf(dependency)), dependency];
      else if (!done.has(dependency) && this.tasks.has(dependency)) enter(dependency);
    }
    return undefined;
  }
}
