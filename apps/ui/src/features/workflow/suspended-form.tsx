import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { Failure } from "../../ui/states.tsx";
import type { NodeDetail } from "./node-panel.tsx";

/** What a suspended node waits for: its outputs, where it has any, and the word to go on. */
export function SuspendedForm({ detail, namespace, name }: { detail: NodeDetail; namespace: string; name: string }) {
  const { node } = detail;
  const wanted = suppliedParameters(node.outputs);
  const [values, setValues] = useState<{ readonly [name: string]: string }>({});
  const goOn = useMutation({
    mutationFn: async (isApproved: boolean) => {
      const params = { path: { namespace, name } };
      const nodeFieldSelector = `id=${node.id}`;
      if (wanted.length > 0 && isApproved) {
        const outputParameters = JSON.stringify(
          Object.fromEntries(wanted.map((one) => [one.name, values[one.name] ?? one.initial])),
        );
        await answerOf(
          api.PUT("/api/v1/workflows/{namespace}/{name}/set", {
            params,
            body: { nodeFieldSelector, outputParameters },
          }),
        );
      }
      const body = { nodeFieldSelector };
      return isApproved
        ? answerOf(api.PUT("/api/v1/workflows/{namespace}/{name}/resume", { params, body }))
        : answerOf(
            api.PUT("/api/v1/workflows/{namespace}/{name}/stop", {
              params,
              body: { ...body, message: "refused by hand" },
            }),
          );
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    goOn.mutate(true);
  };
  return (
    <form className="notice stack" onSubmit={onSubmit}>
      <strong>This step waits for somebody.</strong>
      {wanted.map((parameter) => (
        <Field key={parameter.name} label={parameter.name}>
          {parameter.choices.length > 0 ? (
            <select
              className="input"
              value={values[parameter.name] ?? parameter.initial}
              onChange={(event) => setValues({ ...values, [parameter.name]: event.target.value })}
            >
              {parameter.choices.map((choice) => (
                <option key={choice}>{choice}</option>
              ))}
            </select>
          ) : (
            <input
              className="input"
              value={values[parameter.name] ?? parameter.initial}
              onChange={(event) => setValues({ ...values, [parameter.name]: event.target.value })}
            />
          )}
          {parameter.description && <span className="muted">{parameter.description}</span>}
        </Field>
      ))}
      <div className="row">
        <Button type="submit" look="primary" disabled={goOn.isPending}>
          Go on
        </Button>
        <Button disabled={goOn.isPending} onClick={() => goOn.mutate(false)}>
          Refuse
        </Button>
      </div>
      {goOn.isError && <Failure error={goOn.error} />}
    </form>
  );
}

interface Supplied {
  readonly name: string;
  readonly initial: string;
  readonly choices: readonly string[];
  readonly description: string;
}

/** The output parameters that are supplied from outside. */
function suppliedParameters(outputs: { readonly [field: string]: unknown } | undefined): readonly Supplied[] {
  const parameters = outputs?.["parameters"];
  if (!Array.isArray(parameters)) return [];
  return parameters.flatMap((one: { [field: string]: unknown }) => {
    const valueFrom = one["valueFrom"] as { readonly supplied?: unknown; readonly default?: unknown } | undefined;
    if (valueFrom?.supplied === undefined) return [];
    const choices = Array.isArray(one["enum"]) ? one["enum"].map(String) : [];
    const initial = String(one["default"] ?? valueFrom.default ?? choices[0] ?? "");
    return { name: String(one["name"]), initial, choices, description: String(one["description"] ?? "") };
  });
}
