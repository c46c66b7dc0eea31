import { useId } from "react";
import type { FormField } from "./template-fields.ts";

interface ParameterFieldProps {
  readonly field: FormField;
  /** Undefined until it was changed. */
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
}

interface ParameterFieldsProps {
  readonly fields: readonly FormField[];
  /** What was changed, by name. */
  readonly values: ReadonlyMap<string, string>;
  readonly onChange: (values: ReadonlyMap<string, string>) => void;
}

/** Parameters, one below the other. */
export function ParameterFields({ fields, values, onChange }: ParameterFieldsProps) {
  return fields.map((field) => (
    <ParameterField
      key={field.name}
      field={field}
      value={values.get(field.name)}
      onChange={(value) => onChange(new Map(values).set(field.name, value))}
    />
  ));
}

/** One parameter: a choice where it has some, several lines where its value has, else one line. */
function ParameterField({ field, value, onChange }: ParameterFieldProps) {
  const { name, description, initial, choices, source, isRequired } = field;
  const [id, noteId] = [useId(), useId()];
  const shown = value ?? initial ?? "";
  const notes = [description, source !== undefined && `From ${source}, unless you say otherwise.`].filter(Boolean);
  const common = {
    ...{ id, className: "input", value: shown, required: isRequired },
    ...(notes.length > 0 && { "aria-describedby": noteId }),
    onChange: (event: { readonly target: { readonly value: string } }) => onChange(event.target.value),
  };
  return (
    <div className="field">
      <label htmlFor={id}>
        {name}
        {isRequired && <span className="muted"> (needed)</span>}
      </label>
      {choices !== undefined ? (
        <select {...common}>
          {!choices.includes(shown) && <option value={shown}>{shown === "" ? "choose one" : shown}</option>}
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : shown.includes("\n") ? (
        <textarea {...common} rows={Math.min(12, shown.split("\n").length + 1)} />
      ) : (
        <input {...common} />
      )}
      {notes.length > 0 && (
        <span id={noteId} className="muted">
          {notes.join(" ")}
        </span>
      )}
    </div>
  );
}
