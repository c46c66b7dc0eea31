import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button, Confirmation } from "../../ui/controls.tsx";
import { Failure } from "../../ui/states.tsx";
import { type ActionDescription, actions, carryOut, hasFailed } from "../workflows/actions.ts";
import { ParametersDialog } from "./parameters-dialog.tsx";

interface WorkflowActionsProps {
  readonly namespace: string;
  readonly name: string;
  readonly phase: string;
  readonly suspended: boolean;
}

/** What can be done with this workflow now; asks only where something is destroyed. */
export function WorkflowActions({ namespace, name, phase, suspended }: WorkflowActionsProps) {
  const navigate = useNavigate();
  const [asked, setAsked] = useState<ActionDescription>();
  const [choosesParameters, setChoosesParameters] = useState(false);
  const show = (target: { namespace: string; name: string }) =>
    void navigate({ to: "/workflows/$namespace/$name", params: target });
  const act = useMutation({
    mutationFn: (action: ActionDescription) => carryOut(action.verb, { namespace, name }),
    onSuccess: (target, action) => {
      if (action.verb === "delete") void navigate({ to: "/workflows" });
      if (action.verb === "resubmit" && target !== undefined) show(target);
    },
  });
  return (
    <>
      <div className="row" role="toolbar" aria-label="Actions">
        {actions
          .filter((action) => action.isAllowed({ phase, suspended }))
          .map((action) => (
            <Button
              key={action.verb}
              look={action.verb === "retry" ? "primary" : action.question === undefined ? undefined : "danger"}
              disabled={act.isPending}
              onClick={() => (action.question === undefined ? act.mutate(action) : setAsked(action))}
            >
              {action.name}
            </Button>
          ))}
        <Button onClick={() => setChoosesParameters(true)}>With other parameters …</Button>
      </div>
      {choosesParameters && (
        <ParametersDialog
          {...{ namespace, name }}
          mayRetry={hasFailed(phase)}
          onClose={() => setChoosesParameters(false)}
          onDone={(made) => {
            setChoosesParameters(false);
            show({ namespace, name: made });
          }}
        />
      )}
      {act.isError && <Failure error={act.error} />}
      {asked !== undefined && (
        <Confirmation
          title={`${asked.name} ${name}?`}
          question={asked.question}
          verb={asked.name}
          onConfirm={() => act.mutate(asked)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}
