import type { components } from "@capstan/client";
import { Field } from "../../ui/controls.tsx";

type FailedImage = components["schemas"]["FailedImage"];

interface FailedImageFieldProps {
  readonly failed: FailedImage;
  readonly image: string;
  readonly onChange: (image: string) => void;
}

/** Another image where the manifests say it themselves; else what must change for another one. */
export function FailedImageField({ failed, image, onChange }: FailedImageFieldProps) {
  const { origin, written, parameters = [], template } = failed;
  const old = <code>{failed.image ?? written}</code>;
  if (failed.image === undefined && written === undefined) return null;
  if (origin === "parameters")
    return (
      <p className="notice">
        <span>
          The image {old} is made of {parameters.length === 1 ? "the parameter" : "the parameters"}{" "}
          {parameters.map((name, index) => (
            <span key={name}>
              {index > 0 && " and "}
              <strong>{name}</strong>
            </span>
          ))}{" "}
          (<code>{written}</code>): change it above for another one.
        </span>
      </p>
    );
  if (origin === "template")
    return (
      <p className="notice notice-warning">
        <span>
          The image {old} stands in the {template?.kind} <strong>{template?.name}</strong>, which nothing here changes.
          Change it there, then try the workflows again as new ones: they take what the template says by then.
        </span>
      </p>
    );
  if (origin === "elsewhere")
    return (
      <p className="notice notice-warning">
        <span>
          The image {old} is what <code>{written}</code> becomes while the workflow runs: it is passed on by a step or
          computed, and nothing here changes it.
        </span>
      </p>
    );
  return (
    <>
      <Field label={`Another image instead of ${failed.image}`}>
        <input className="input mono" value={image} onChange={(event) => onChange(event.target.value)} />
      </Field>
      {origin === "unknown" && (
        <p className="muted">A workflow is skipped where a template or a parameter says its image.</p>
      )}
    </>
  );
}
