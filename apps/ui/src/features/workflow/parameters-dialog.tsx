import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { Button, Dialog, Field } from "../../ui/controls.tsx";
import { Failure, Loading } from "../../ui/states.tsx";

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
  const given = useQuery({
    queryKey: ["parameters", namespace, name],
    queryFn: async () => {
      const workflow = await answerOf(
        api.GET("/api/v1/workflows/{namespace}/{name}", { params: { ...params, query: { fields: "spec.arguments" } } }),
      );
      return parametersOf(workflow.spec?.["arguments"]);
    },
  });
  const [changed, setChanged] = useState<{ readonly [name: string]: string }>({});
  const run = useMutation({
    mutationFn: async (isRetry: boolean) => {
      const body = { parameters: Object.entries(changed).map(([parameter, value]) => `${parameter}=${value}`) };
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
        {given.isError && <Failure error={given.error} />}
        {given.isPending && <Loading />}
        {given.data?.length === 0 && <p className="muted">The workflow has no parameters.</p>}
        {given.data?.map((parameter) => (
          <Field key={parameter.name} label={parameter.name}>
            <input
              className="input"
              value={changed[parameter.name] ?? parameter.value}
              onChange={(event) => setChanged({ ...changed, [parameter.name]: event.target.value })}
            />
          </Field>
        ))}
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

function parametersOf(given: unknown): readonly { readonly name: string; readonly value: string }[] {
  const { parameters } = (given ?? {}) as { readonly parameters?: unknown };
  if (!Array.isArray(parameters)) return [];
  return parameters.flatMap((one: { readonly name?: unknown; readonly value?: unknown }) =>
    typeof one.name === "string" ? { name: one.name, value: one.value === undefined ? "" : String(one.value) } : [],
  );
}
