import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { Button, Dialog } from "../../ui/controls.tsx";
import { Empty, Failure, Loading } from "../../ui/states.tsx";
import { type CreatedObject, createDocument, inOrderOfCreation } from "./create-documents.ts";
import { exampleManifest, useDraft } from "./draft.ts";
import { PreviewGraph } from "./preview-graph.tsx";
import type { Schema } from "./schema.ts";
import { type PreviewedDocument, type Problem, usePreview } from "./use-preview.ts";

// The editor is half as large as the rest of the page.
const ManifestEditor = lazy(() =>
  import("./manifest-editor.tsx").then((module) => ({ default: module.ManifestEditor })),
);

/** A manifest in an editor, its mistakes, and what it would run. */
export function ManifestForm({ namespace }: { namespace: string }) {
  const [text, setText] = useDraft();
  const [goTo, setGoTo] = useState<{ readonly line: number }>();
  const schema = useQuery({
    queryKey: ["manifest-schema"],
    queryFn: () => answerOf(api.GET("/api/v1/capstan/manifest-schema")) as Promise<Schema>,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { preview, isCurrent } = usePreview(namespace, text.trim() === "" ? undefined : { text });
  const shown = text.trim() === "" ? undefined : preview.data;
  const problems = shown?.problems ?? noProblems;
  const errors = problems.filter(({ severity }) => severity === "error").length;
  return (
    <div className="submit-body">
      <div className="stack">
        <div className="row">
          <Upload onText={setText} />
          <Button onClick={() => setText(exampleManifest)} disabled={text.trim() !== ""}>
            Begin with an example
          </Button>
          <Button look="quiet" onClick={() => setText("")} disabled={text === ""}>
            Clear
          </Button>
        </div>
        <Suspense fallback={<Loading lines={12} />}>
          <ManifestEditor text={text} problems={problems} schema={schema.data} onChange={setText} goTo={goTo} />
        </Suspense>
        <Problems problems={problems} onGoTo={(line) => setGoTo({ line })} />
        {preview.isError && <Failure error={preview.error} onRetry={() => void preview.refetch()} />}
        <CreateDocuments
          namespace={namespace}
          documents={shown?.documents ?? []}
          reason={reasonNotTo(text, isCurrent, errors, shown?.documents.length ?? 0)}
          onCreated={() => setText("")}
        />
      </div>
      <div className="stack">
        <h2>What would run</h2>
        {shown?.graph !== undefined ? (
          <PreviewGraph snapshot={shown.graph} />
        ) : (
          <Empty title={errors > 0 ? "Drawn when the mistakes are gone" : "Nothing yet"}>
            {errors === 0 && <p>Paste a manifest, open a file, or begin with an example.</p>}
          </Empty>
        )}
      </div>
    </div>
  );
}

const noProblems: readonly Problem[] = [];

/** Why nothing can be created now; undefined when it can. */
function reasonNotTo(text: string, isCurrent: boolean, errors: number, documents: number): string | undefined {
  if (text.trim() === "") return "There is no manifest yet.";
  if (!isCurrent) return "Checking …";
  if (errors > 0) return errors === 1 ? "There is a mistake." : `There are ${errors} mistakes.`;
  return documents === 0 ? "There is no manifest in this text." : undefined;
}

function Upload({ onText }: { onText: (text: string) => void }) {
  return (
    <label className="button upload">
      Open a file
      <input
        type="file"
        className="visually-hidden"
        accept=".yaml,.yml,.json,application/yaml,application/json,text/plain"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = "";
          void file?.text().then(onText);
        }}
      />
    </label>
  );
}

const problemsShownMax = 50;

function Problems({ problems, onGoTo }: { problems: readonly Problem[]; onGoTo: (line: number) => void }) {
  if (problems.length === 0) return null;
  const hasError = problems.some(({ severity }) => severity === "error");
  return (
    <section className={`notice ${hasError ? "notice-error" : "notice-warning"}`} aria-label="Problems">
      <ul className="problems">
        {problems.slice(0, problemsShownMax).map(({ line, path, message, severity }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same may be said of two places.
          <li key={index}>
            {line !== undefined && (
              <button type="button" className="link" onClick={() => onGoTo(line)}>
                line {line}
              </button>
            )}{" "}
            {severity === "warning" && "(warning) "}
            {message} {path !== "" && <code className="muted">{path}</code>}
          </li>
        ))}
        {problems.length > problemsShownMax && <li>and {problems.length - problemsShownMax} more</li>}
      </ul>
    </section>
  );
}

interface CreateProps {
  readonly namespace: string;
  readonly documents: readonly PreviewedDocument[];
  readonly reason: string | undefined;
  readonly onCreated: () => void;
}

/** Creates what the text says; asks first when that is more than one workflow. */
function CreateDocuments({ namespace, documents, reason, onCreated }: CreateProps) {
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const [replaces, setReplaces] = useState(false);
  const [created, setCreated] = useState<readonly CreatedObject[]>([]);
  const ordered = inOrderOfCreation(documents);
  const create = useMutation({
    mutationFn: async () => {
      setCreated([]);
      const made: CreatedObject[] = [];
      for (const document of ordered) {
        made.push(await createDocument(document, namespace, replaces));
        setCreated([...made]);
      }
      return made;
    },
    onSuccess: (made) => {
      onCreated();
      const workflow = made.findLast(({ kind }) => kind === "Workflow");
      if (workflow === undefined) return;
      void navigate({ to: "/workflows/$namespace/$name", params: { namespace, name: workflow.name } });
    },
    onSettled: () => setAsking(false),
  });
  const isOne = documents.length === 1 && documents[0]?.kind === "Workflow";
  return (
    <div className="stack">
      <div className="row">
        <Button
          look="primary"
          disabled={reason !== undefined || create.isPending}
          onClick={() => (isOne ? create.mutate() : setAsking(true))}
        >
          {documents.length > 1
            ? `Create ${documents.length} objects`
            : isOne || documents.length === 0
              ? "Submit"
              : "Create"}
        </Button>
        {reason !== undefined && (
          <span className="muted" role="status">
            {reason}
          </span>
        )}
      </div>
      {create.isError && <Failure error={create.error} />}
      {(create.isError || create.isSuccess) && created.length > 0 && (
        <p className="notice" role="status">
          {created
            .map(({ kind, name, wasReplaced }) => `${kind} ${name} ${wasReplaced ? "replaced" : "created"}`)
            .join(", ")}
          .
        </p>
      )}
      {isAsking && (
        <Dialog title={`Create in namespace ${namespace}?`} onClose={() => setAsking(false)}>
          <ol>
            {ordered.map(({ kind, name }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: names may be generated, so that two are the same.
              <li key={index}>
                {kind} <strong>{name}</strong>
              </li>
            ))}
          </ol>
          {ordered.some(({ kind }) => kind !== "Workflow") && (
            <label className="check">
              <input type="checkbox" checked={replaces} onChange={(event) => setReplaces(event.target.checked)} />
              Replace templates and ConfigMaps that are there already
            </label>
          )}
          <div className="dialog-actions">
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button look="primary" disabled={create.isPending} onClick={() => create.mutate()}>
              Create
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
