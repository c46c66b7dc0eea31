import { precedenceOf, type Stage } from "./stage.ts";

/**
 * Turns chains of one precedence, which the planner builds leaning to the right, into left-to-right order.
 * It follows govaluate's own method step by step, because its treatment of mixed ternaries is observable.
 */
export function reorderStages(root: Stage): void {
  let run: Stage[] = [];
  let precedence = precedenceOf(root);
  for (let stage: Stage | undefined = root; stage !== undefined; ) {
    const next: Stage | undefined = stage.right;
    if (stage.left !== undefined) reorderStages(stage.left);
    const current = precedenceOf(stage);
    if (current !== precedence) {
      mirror(run);
      run = [];
      precedence = current;
    }
    run.push(stage);
    stage = next;
  }
  mirror(run);
}

function mirror(stages: readonly Stage[]): void {
  const first = stages[0];
  const last = stages.at(-1);
  if (first === undefined || last === undefined || stages.length < 2) return;
  for (const stage of stages) [stage.left, stage.right] = [stage.right, stage.left];
  [last.left, first.right] = [first.right, last.left];
  const pairs = Math.floor((stages.length - 2) / 2) + 1;
  for (let index = 0; index < pairs; index++) {
    const front = stages[index + 1];
    const back = stages[stages.length - index - 1];
    if (front !== undefined && back !== undefined) [front.right, back.right] = [back.right, front.right];
  }
  for (let index = 0; index < Math.floor(stages.length / 2); index++) {
    const front = stages[index];
    const back = stages[stages.length - index - 1];
    if (front !== undefined && back !== undefined) [front.operator, back.operator] = [back.operator, front.operator];
  }
}
