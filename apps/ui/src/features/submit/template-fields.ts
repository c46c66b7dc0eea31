/** A parameter as manifests describe it. */
export interface Parameter {
  readonly name: string;
  readonly value?: unknown;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly valueFrom?: { readonly [source: string]: unknown };
}

/** One field of a template's form. */
export interface FormField {
  readonly name: string;
  readonly description: string | undefined;
  /** What it is when nobody says otherwise. */
  readonly initial: string | undefined;
  readonly choices: readonly string[] | undefined;
  /** Where the value comes from when it is left empty. */
  readonly source: string | undefined;
  readonly isRequired: boolean;
}

export interface TemplateSpec {
  readonly entrypoint?: string;
  readonly arguments?: { readonly parameters?: readonly Parameter[] };
  readonly templates?: readonly {
    readonly name?: string;
    readonly inputs?: { readonly parameters?: readonly Parameter[] };
  }[];
}

/** The form of a template: the workflow's arguments, and what another entrypoint asks for beyond them. */
export function formFields(spec: TemplateSpec, entrypoint: string | undefined): readonly FormField[] {
  const own = spec.arguments?.parameters ?? [];
  const chosen = spec.templates?.find(({ name }) => name === (entrypoint ?? spec.entrypoint));
  const known = new Set(own.map(({ name }) => name));
  const more = (chosen?.inputs?.parameters ?? []).filter(({ name }) => !known.has(name));
  return [...own, ...more].map(toField);
}

/** A spec whose arguments are described: a workflow that was made with values of its own says no more what the template says of them. */
export function withDescriptions(spec: TemplateSpec, template: TemplateSpec | undefined): TemplateSpec {
  const described = new Map(template?.arguments?.parameters?.map((parameter) => [parameter.name, parameter]));
  const parameters = spec.arguments?.parameters?.map((parameter): Parameter => {
    const { description, enum: choices } = described.get(parameter.name) ?? {};
    return { ...(description !== undefined && { description }), ...(choices && { enum: choices }), ...parameter };
  });
  return parameters === undefined ? spec : { ...spec, arguments: { ...spec.arguments, parameters } };
}

export function entrypointsOf(spec: TemplateSpec): readonly string[] {
  return (spec.templates ?? []).flatMap(({ name }) => (name ? [name] : []));
}

function toField({ name, value, default: fallback, enum: choices, description, valueFrom }: Parameter): FormField {
  const given = value ?? fallback;
  const source = valueFrom === undefined ? undefined : sourceText(valueFrom);
  return {
    ...{ name, description, source },
    initial: given === undefined ? undefined : textOf(given),
    choices: choices?.map(textOf),
    isRequired: given === undefined && source === undefined,
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** "ConfigMap settings, key url". */
function sourceText(valueFrom: { readonly [source: string]: unknown }): string {
  const reference = valueFrom["configMapKeyRef"] as { readonly name?: string; readonly key?: string } | undefined;
  if (reference !== undefined) return `ConfigMap ${reference.name ?? ""}, key ${reference.key ?? ""}`;
  return Object.entries(valueFrom)
    .map(([source, value]) => `${source} ${textOf(value)}`)
    .join(", ");
}

/** What is sent: only what was changed, so that a template's later defaults stay in force. */
export function changedParameters(
  fields: readonly FormField[],
  values: ReadonlyMap<string, string>,
): readonly string[] {
  return fields.flatMap(({ name, initial }) => {
    const value = values.get(name);
    return value === undefined || value === initial ? [] : [`${name}=${value}`];
  });
}

/** The first field that still needs a value. */
export function missingField(fields: readonly FormField[], values: ReadonlyMap<string, string>): FormField | undefined {
  return fields.find(({ name, isRequired }) => isRequired && (values.get(name) ?? "") === "");
}
