import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { Button, Dialog } from "../../ui/controls.tsx";
import { Failure, Loading } from "../../ui/states.tsx";
import { ParameterFields } from "../submit/parameter-field.tsx";
import { changedParameters } from "../submit/template-fields.ts";
import { useWorkflowParameters } from "./workflow-parameters.ts";

interface ParametersDialogProps {
  readonly namespace: string;
  readonly name: string;
  /** The workflow failed, so it can be retried as well as run anew. */
  readonly mayRetry: boolean;
  readonly onClose: () => void;
  /** The workflow that runs now. */
  readonly onDone: (name: string) => void;
}

/** Runs a workflow again with other parameters: what failed of it, or all of it as a new one. */
export function ParametersDialog({ namespace, name, mayRetry, onClose, onDone }: ParametersDialogProps) {
  const params = { path: { namespace, name } };
  const fields = useWorkflowParameters(namespace, name);
  const [values, setValues] = useState<ReadonlyMap<string, string>>(new Map());
  const run = useMutation({
    mutationFn: async (isRetry: boolean) => {
      const body = { parameters: [...changedParameters(fields.data ?? [], values)] };
      if (isRetry) {
        await answerOf(api.PUT("/api/v1/workflows/{namespace}/{name}/retry", { params, body }));
        return name;
      }
      const made = await answerOf(api.PUT("/api/v1/workflows/{namespace}/{name}/resubmit", { params, body }));
      return made.metadata.name ?? name;
    },
    onSuccess: onDone,
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate(mayRetry);
  };
  return (
    <Dialog title={`Run ${name} again`} onClose={onClose}>
      <form className="stack" onSubmit={onSubmit}>
        {fields.isError && <Failure error={fields.error} />}
        {fields.isPending && <Loading />}
        {fields.data?.length === 0 && <p className="muted">The workflow has no parameters.</p>}
        {fields.data !== undefined && <ParameterFields fields={fields.data} values={values} onChange={setValues} />}
        {run.isError && <Failure error={run.error} />}
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          {mayRetry && (
            <Button type="submit" look="primary" disabled={run.isPending}>
              Retry what failed
            </Button>
          )}
          <Button disabled={run.isPending} onClick={() => run.mutate(false)}>
            Run all of it anew
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
