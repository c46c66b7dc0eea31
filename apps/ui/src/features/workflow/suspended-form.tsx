import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { Failure } from "../../ui/states.tsx";
import type { NodeDetail } from "./node-panel.tsx";

/** What a suspended node waits for: its outputs, where it has any, and the word to go on. */
export function SuspendedForm({ detail, namespace, name }: { detail: NodeDetail; namespace: string; name: string }) {
  const { node } = detail;
  const wanted = suppliedParameters(node);
  const [values, setValues] = useState<{ readonly [name: string]: string }>({});
  const goOn = useMutation({
    mutationFn: (isApproved: boolean) => {
      const params = { path: { namespace, name } };
      const chosen = { nodeFieldSelector: `id=${node.id}` };
      if (!isApproved) {
        const body = { ...chosen, message: "refused by hand" };
        return answerOf(api.PUT("/api/v1/workflows/{namespace}/{name}/stop", { params, body }));
      }
      if (wanted.length === 0) {
        return answerOf(api.PUT("/api/v1/workflows/{namespace}/{name}/resume", { params, body: chosen }));
      }
      const given = Object.fromEntries(wanted.map((one) => [one.name, values[one.name] ?? one.initial]));
      // Values and the word to go on are one request: of two people who answer at once one is told that it is done.
      const body = { ...chosen, outputParameters: JSON.stringify(given), phase: "Succeeded" } as const;
      return answerOf(api.PUT("/api/v1/workflows/{namespace}/{name}/set", { params, body }));
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

interface Described {
  readonly name?: unknown;
  readonly default?: unknown;
  readonly enum?: unknown;
  readonly description?: unknown;
  readonly valueFrom?: { readonly supplied?: unknown; readonly default?: unknown };
}

/** The output parameters that are supplied from outside; what they leave unsaid, an input of the same name says (Argo's intermediate parameters). */
function suppliedParameters({ inputs, outputs }: NodeDetail["node"]): readonly Supplied[] {
  const asked = parametersOf(inputs);
  return parametersOf(outputs).flatMap((output) => {
    const { name, valueFrom } = output;
    if (valueFrom?.supplied === undefined) return [];
    const input = asked.find((one) => one.name === name);
    const values = output.enum ?? input?.enum;
    const choices = Array.isArray(values) ? values.map(String) : [];
    const initial = String(valueFrom.default ?? output.default ?? input?.default ?? choices[0] ?? "");
    return {
      name: String(name),
      initial,
      choices,
      description: String(output.description ?? input?.description ?? ""),
    };
  });
}

function parametersOf(values: { readonly [field: string]: unknown } | undefined): readonly Described[] {
  const parameters = values?.["parameters"];
  return Array.isArray(parameters) ? parameters : [];
}
