import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { Button } from "../../ui/controls.tsx";
import { Failure } from "../../ui/states.tsx";
import { ParameterFields } from "../submit/parameter-field.tsx";
import type { FormField } from "../submit/template-fields.ts";
import type { NodeDetail } from "./node-panel.tsx";

/** What a suspended node waits for: its outputs, where it has any, and the word to go on. */
export function SuspendedForm({ detail, namespace, name }: { detail: NodeDetail; namespace: string; name: string }) {
  const { node } = detail;
  const wanted = suppliedParameters(node);
  const [values, setValues] = useState<ReadonlyMap<string, string>>(new Map());
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
      const given = Object.fromEntries(wanted.map((one) => [one.name, values.get(one.name) ?? one.initial]));
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
      <ParameterFields fields={wanted} values={values} onChange={setValues} />
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

interface Described {
  readonly name?: unknown;
  readonly default?: unknown;
  readonly enum?: unknown;
  readonly description?: unknown;
  readonly valueFrom?: { readonly supplied?: unknown; readonly default?: unknown };
}

/** The output parameters that are supplied from outside; what they leave unsaid, an input of the same name says (Argo's intermediate parameters). */
function suppliedParameters({ inputs, outputs }: NodeDetail["node"]): readonly FormField[] {
  const asked = parametersOf(inputs);
  return parametersOf(outputs).flatMap((output) => {
    const { name, valueFrom } = output;
    if (valueFrom?.supplied === undefined) return [];
    const input = asked.find((one) => one.name === name);
    const values = output.enum ?? input?.enum;
    const choices = Array.isArray(values) && values.length > 0 ? values.map(String) : undefined;
    const description = output.description ?? input?.description;
    return {
      name: String(name),
      initial: String(valueFrom.default ?? output.default ?? input?.default ?? choices?.[0] ?? ""),
      ...{ choices, source: undefined, isRequired: false },
      description: description === undefined ? undefined : String(description),
    };
  });
}

function parametersOf(values: { readonly [field: string]: unknown } | undefined): readonly Described[] {
  const parameters = values?.["parameters"];
  return Array.isArray(parameters) ? parameters : [];
}
