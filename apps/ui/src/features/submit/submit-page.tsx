import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { Field } from "../../ui/controls.tsx";
import { ManifestForm } from "./manifest-form.tsx";
import type { SubmitSearch } from "./search.ts";
import { TemplateForm } from "./template-form.tsx";
import "./submit.css";

/** Where workflows begin: from a manifest, or from a stored template. */
export function SubmitPage() {
  const search = useSearch({ from: "/submit" });
  const navigate = useNavigate({ from: "/submit" });
  const namespace = search.namespace ?? "default";
  const change = (changed: SubmitSearch) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  useEffect(() => {
    document.title = "Submit · Capstan";
  }, []);
  const isFromTemplate = search.from === "template";
  return (
    <>
      <h1>Submit</h1>
      <div className="row">
        <nav className="tabs submit-tabs" aria-label="Ways to submit">
          {ways.map(({ from, name }) => (
            <button
              key={name}
              type="button"
              className="tab"
              aria-current={(from === "template") === isFromTemplate ? "page" : undefined}
              onClick={() => change({ from })}
            >
              {name}
            </button>
          ))}
        </nav>
        <Field label="Namespace">
          <input
            className="input"
            value={search.namespace ?? ""}
            placeholder="default"
            spellCheck={false}
            onChange={(event) => change({ namespace: event.target.value.trim() || undefined })}
          />
        </Field>
      </div>
      {isFromTemplate ? (
        <TemplateForm
          namespace={namespace}
          kind={search.kind ?? "WorkflowTemplate"}
          name={search.name}
          onChoose={(kind, name) => change({ kind, name })}
        />
      ) : (
        <ManifestForm namespace={namespace} />
      )}
    </>
  );
}

const ways = [
  { from: undefined, name: "A manifest" },
  { from: "template", name: "A stored template" },
] as const;
