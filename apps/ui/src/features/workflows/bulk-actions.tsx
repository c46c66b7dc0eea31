import { useState } from "react";
import { Button, Confirmation } from "../../ui/controls.tsx";
import { Failure } from "../../ui/states.tsx";
import { type ActionDescription, actions, carryOut } from "./actions.ts";
import type { Summary } from "./filters.ts";

const atOnce = 8;

interface Progress {
  readonly action: ActionDescription;
  readonly total: number;
  readonly done: number;
  readonly failures: readonly { readonly name: string; readonly error: unknown }[];
}

/** One action for every workflow that is chosen; says which of them refused it. */
export function BulkActions({ chosen, onDone }: { chosen: readonly Summary[]; onDone: () => void }) {
  const [asked, setAsked] = useState<ActionDescription>();
  const [progress, setProgress] = useState<Progress>();
  const run = async (action: ActionDescription) => {
    const targets = chosen.filter(action.isAllowed);
    let state: Progress = { action, total: targets.length, done: 0, failures: [] };
    setProgress(state);
    const waiting = [...targets];
    const work = async () => {
      for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
        const { name } = target;
        const failure = await carryOut(action.verb, target).then(
          () => undefined,
          (error: unknown) => ({ name, error }),
        );
        state = {
          ...state,
          done: state.done + 1,
          failures: failure === undefined ? state.failures : [...state.failures, failure],
        };
        setProgress(state);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    if (state.failures.length === 0) {
      setProgress(undefined);
      onDone();
    }
  };
  return (
    <div className="notice bulk" role="toolbar" aria-label="Actions for the chosen workflows">
      <strong>{chosen.length} chosen</strong>
      {actions.map((action) => {
        const count = chosen.filter(action.isAllowed).length;
        return (
          <Button
            key={action.verb}
            look={action.question === undefined ? undefined : "danger"}
            disabled={count === 0 || progress !== undefined}
            onClick={() => (action.question === undefined ? void run(action) : setAsked(action))}
          >
            {action.name}
            {count > 0 && count < chosen.length && ` (${count})`}
          </Button>
        );
      })}
      <Button look="quiet" className="spread" onClick={onDone}>
        Choose none
      </Button>
      {asked !== undefined && (
        <Confirmation
          title={`${asked.name} ${chosen.filter(asked.isAllowed).length} workflows?`}
          question={asked.question}
          verb={asked.name}
          onConfirm={() => void run(asked)}
          onClose={() => setAsked(undefined)}
        />
      )}
      {progress !== undefined && <BulkProgress progress={progress} onClose={() => setProgress(undefined)} />}
    </div>
  );
}

function BulkProgress({ progress, onClose }: { progress: Progress; onClose: () => void }) {
  const { action, done, total, failures } = progress;
  return (
    <div className="stack" style={{ width: "100%" }} role="status">
      <span>
        {action.name}: {done} of {total}
        {failures.length > 0 && `, ${failures.length} refused`}
      </span>
      {failures.slice(0, 5).map(({ name, error }) => (
        <Failure key={name} error={new Error(`${name}: ${(error as Error).message}`)} />
      ))}
      {done === total && (
        <div>
          <Button onClick={onClose}>Close</Button>
        </div>
      )}
    </div>
  );
}
