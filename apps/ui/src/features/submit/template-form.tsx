import type { components } from "@capstan/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { Empty, Failure, Loading } from "../../ui/states.tsx";
import { ParameterFields } from "./parameter-field.tsx";
import { PreviewGraph } from "./preview-graph.tsx";
import { changedParameters, entrypointsOf, formFields, missingField } from "./template-fields.ts";
import { type TemplateSubmission, usePreview } from "./use-preview.ts";

type TemplateObject = components["schemas"]["TemplateObject"];
export type TemplateKind = "WorkflowTemplate" | "ClusterWorkflowTemplate";

interface TemplateFormProps {
  readonly namespace: string;
  readonly kind: TemplateKind;
  readonly name: string | undefined;
  readonly onChoose: (kind: TemplateKind, name: string | undefined) => void;
}

/** Chooses a stored template. */
export function TemplateForm({ namespace, kind, name, onChoose }: TemplateFormProps) {
  const templates = useTemplates(namespace);
  if (templates.isError) return <Failure error={templates.error} onRetry={() => void templates.refetch()} />;
  if (templates.isPending) return <Loading lines={6} />;
  const { own, shared } = templates.data;
  if (own.length + shared.length === 0) {
    return (
      <Empty title={`There is no template in namespace ${namespace}`}>
        <p>Create a WorkflowTemplate as a manifest, or look into another namespace.</p>
      </Empty>
    );
  }
  const list = kind === "WorkflowTemplate" ? own : shared;
  const chosen = list.find(({ metadata }) => metadata.name === name);
  return (
    <>
      <Field label="Template">
        <select
          className="input template-choice"
          value={chosen === undefined ? "" : `${kind}/${name}`}
          onChange={(event) => {
            const [chosenKind = "", ...rest] = event.target.value.split("/");
            onChoose(chosenKind as TemplateKind, rest.join("/") || undefined);
          }}
        >
          <option value="">choose one</option>
          <Options label={`Of namespace ${namespace}`} kind="WorkflowTemplate" templates={own} />
          <Options label="Of the whole cluster" kind="ClusterWorkflowTemplate" templates={shared} />
        </select>
      </Field>
      {chosen !== undefined && (
        <Submission key={`${namespace}/${kind}/${name}`} namespace={namespace} kind={kind} template={chosen} />
      )}
    </>
  );
}

function Options(props: { label: string; kind: TemplateKind; templates: readonly TemplateObject[] }) {
  if (props.templates.length === 0) return null;
  return (
    <optgroup label={props.label}>
      {props.templates.map(({ metadata: { name } }) => (
        <option key={name} value={`${props.kind}/${name}`}>
          {name}
        </option>
      ))}
    </optgroup>
  );
}

function useTemplates(namespace: string) {
  return useQuery({
    queryKey: ["templates", namespace],
    queryFn: async ({ signal }) => {
      const params = { path: { namespace } };
      const [own, shared] = await Promise.all([
        answerOf(api.GET("/api/v1/workflow-templates/{namespace}", { params, signal })),
        answerOf(api.GET("/api/v1/cluster-workflow-templates", { signal })),
      ]);
      return { own: own.items ?? [], shared: shared.items ?? [] };
    },
  });
}

/** The form of one template, and what it would run. */
function Submission(props: { namespace: string; kind: TemplateKind; template: TemplateObject }) {
  const { namespace, kind, template } = props;
  const navigate = useNavigate();
  const [values, setValues] = useState<ReadonlyMap<string, string>>(new Map());
  const [entrypoint, setEntrypoint] = useState<string>();
  const [labels, setLabels] = useState("");
  const [name, setName] = useState("");
  const spec = template.spec ?? {};
  const fields = formFields(spec, entrypoint);
  const missing = missingField(fields, values);
  const submission: TemplateSubmission = {
    resourceKind: kind,
    resourceName: template.metadata.name ?? "",
    submitOptions: {
      parameters: [...changedParameters(fields, values)],
      ...(entrypoint !== undefined && { entryPoint: entrypoint }),
      ...(labels.trim() !== "" && { labels: labels.trim() }),
      ...(name.trim() !== "" && { name: name.trim() }),
    },
  };
  const { preview } = usePreview(namespace, missing === undefined ? submission : undefined);
  const submit = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST("/api/v1/workflows/{namespace}/submit", {
          params: { path: { namespace } },
          body: submission,
        }),
      ),
    onSuccess: ({ metadata }) =>
      void navigate({ to: "/workflows/$namespace/$name", params: { namespace, name: metadata.name ?? "" } }),
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    submit.mutate();
  };
  const description = template.metadata.annotations?.["workflows.argoproj.io/description"];
  return (
    <div className="submit-body">
      <form className="stack card" onSubmit={onSubmit} aria-label="Parameters of the workflow">
        {description !== undefined && <p>{description}</p>}
        <ParameterFields fields={fields} values={values} onChange={setValues} />
        {fields.length === 0 && <p className="muted">It takes no parameters.</p>}
        <Field label="Entrypoint">
          <select
            className="input"
            value={entrypoint ?? ""}
            onChange={(event) => setEntrypoint(event.target.value || undefined)}
          >
            <option value="">{`${(spec as { entrypoint?: string }).entrypoint ?? "none"} (the template's own)`}</option>
            {entrypointsOf(spec).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </Field>
        <Field label="Labels (team=web,tier=test)">
          <input className="input" value={labels} onChange={(event) => setLabels(event.target.value)} />
        </Field>
        <Field label="Name (generated when empty)">
          <input className="input" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        {submit.isError && <Failure error={submit.error} />}
        <div className="row">
          <Button type="submit" look="primary" disabled={submit.isPending}>
            Submit
          </Button>
        </div>
      </form>
      <div className="stack">
        <h2>What would run</h2>
        {missing !== undefined && <p className="muted">Drawn when {missing.name} has a value.</p>}
        {missing === undefined && preview.isError && <Failure error={preview.error} />}
        {missing === undefined && preview.data?.graph !== undefined && <PreviewGraph snapshot={preview.data.graph} />}
      </div>
    </div>
  );
}
