import { useEffect, useId, useState } from "react";
import { Button, Field } from "../../ui/controls.tsx";
import { phaseClass, phaseSigns } from "../../ui/phase.tsx";
import { type Filters, phases, phasesOf, spans } from "./filters.ts";

interface FilterBarProps {
  readonly filters: Filters;
  readonly counts: { readonly [phase: string]: number };
  readonly onChange: (changed: Filters) => void;
  readonly onClear: () => void;
}

/** Phases with their numbers, and what else narrows the list. */
export function FilterBar({ filters, counts, onChange, onClear }: FilterBarProps) {
  const chosen = phasesOf(filters);
  const [isOpen, setOpen] = useState(false);
  const fieldsId = useId();
  const { phase: _phase, ...others } = filters;
  const inUse = Object.keys(others).length;
  const toggle = (phase: string) => {
    const next = chosen.includes(phase) ? chosen.filter((one) => one !== phase) : [...chosen, phase];
    onChange({ phase: next.length === 0 ? undefined : next.join(",") });
  };
  return (
    <section className="stack" aria-label="Filters">
      <div className="row">
        {phases.map((phase) => (
          <Button
            key={phase}
            aria-pressed={chosen.includes(phase)}
            className={`phase-filter ${phaseClass(phase)}`}
            onClick={() => toggle(phase)}
          >
            <span className="phase">
              <span aria-hidden="true">{phaseSigns[phase]}</span> {phase}
            </span>
            <span className="count">{(counts[phase] ?? 0).toLocaleString()}</span>
          </Button>
        ))}
      </div>
      {/* On a narrow screen the list comes first. */}
      <Button className="filters-fold" aria-expanded={isOpen} aria-controls={fieldsId} onClick={() => setOpen(!isOpen)}>
        {isOpen ? "Fewer filters" : `More filters${inUse > 0 ? ` (${inUse} in use)` : ""}`}
      </Button>
      <div id={fieldsId} className={isOpen ? "filters filters-open" : "filters"}>
        <TextFilter label="Name, message or cause" value={filters.text} onChange={(text) => onChange({ text })} />
        <TextFilter label="Namespace" value={filters.namespace} onChange={(namespace) => onChange({ namespace })} />
        <TextFilter label="Template" value={filters.template} onChange={(template) => onChange({ template })} />
        <TextFilter
          label="Labels (app=web,tier!=test)"
          value={filters.labels}
          onChange={(labels) => onChange({ labels })}
        />
        <Field label="Submitted">
          <select
            className="input"
            value={filters.since ?? ""}
            onChange={(event) => onChange({ since: event.target.value || undefined })}
          >
            <option value="">at any time</option>
            {Object.keys(spans).map((span) => (
              <option key={span} value={span}>
                in the last {span}
              </option>
            ))}
          </select>
        </Field>
        {Object.keys(filters).length > 0 && (
          <Button look="quiet" onClick={onClear}>
            Clear
          </Button>
        )}
      </div>
    </section>
  );
}

const typingPauseMs = 250;

/** A text that counts once the typing pauses. */
function TextFilter(props: {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const { label, value = "", onChange } = props;
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text === "" ? undefined : text), typingPauseMs);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <Field label={label}>
      <input className="input" type="search" value={text} onChange={(event) => setText(event.target.value)} />
    </Field>
  );
}
