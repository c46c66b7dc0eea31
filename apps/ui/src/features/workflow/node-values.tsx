interface Parameter {
  readonly name?: unknown;
  readonly value?: unknown;
}

/** Parameters and artifacts as they were; anything in them is text. */
export function Values({ values }: { values: { readonly [field: string]: unknown } | undefined }) {
  const parameters = listOf(values?.["parameters"]);
  const artifacts = listOf(values?.["artifacts"]);
  const { result, exitCode } = values ?? {};
  const isEmpty = parameters.length + artifacts.length === 0 && result === undefined && exitCode === undefined;
  if (isEmpty) return <p className="muted">none</p>;
  return (
    <dl className="facts values">
      {parameters.map(({ name, value }) => (
        <Value key={String(name)} name={String(name)} value={value} />
      ))}
      {result !== undefined && <Value name="result" value={result} />}
      {exitCode !== undefined && <Value name="exit code" value={exitCode} />}
      {artifacts.map((artifact) => (
        <Value
          key={`artifact ${String(artifact.name)}`}
          name={`${String(artifact.name)} (artifact)`}
          value={artifact}
        />
      ))}
    </dl>
  );
}

const charactersShownMax = 20_000;

function Value({ name, value }: { name: string; value: unknown }) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const shown = (text ?? "").slice(0, charactersShownMax);
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <pre className="value">{shown}</pre>
        {text !== undefined && text.length > shown.length && (
          <span className="muted">and {(text.length - shown.length).toLocaleString()} characters more</span>
        )}
      </dd>
    </div>
  );
}

function listOf(value: unknown): readonly Parameter[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : [];
}
