import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { EditorState } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";
import { creatableKinds } from "./create-documents.ts";
import { afterField, fieldsAt, type Schema, type SchemaField, type SchemaShape, shapeText } from "./schema.ts";
import { templateNames, yamlPlace } from "./yaml-place.ts";

/** Offers the fields that fit where the cursor is, and values where the schema or the text know them. */
export function completionOf(schema: Schema): (context: CompletionContext) => CompletionResult | null {
  return ({ state, pos, explicit }) => {
    const line = state.doc.lineAt(pos);
    const lines = linesOf(state);
    const place = yamlPlace(lines, line.number - 1, pos - line.from);
    if (place === undefined || (place.word === "" && !explicit && place.key === undefined)) return null;
    const from = line.from + place.column;
    const fields = fieldsAt(schema, place.kind, place.path);
    if (place.key !== undefined) {
      const values = valuesOf(place.key, place.path, fields?.[place.key], lines);
      return values.length === 0 ? null : { from, options: values.map((label) => ({ label, type: "enum" })) };
    }
    if (fields === undefined) return null;
    const behind = (shape: SchemaShape): string =>
      place.style === "block" ? afterField(shape, " ".repeat(place.column)) : place.style === "flow" ? ": " : "";
    const options = Object.entries(fields)
      .filter(([, { advice }]) => advice === undefined)
      .map(([label, { shape, note }]) => ({
        ...{ label, type: "property", detail: shapeText(shape), apply: `${label}${behind(shape)}` },
        ...(note !== undefined && { info: note }),
      }));
    return { from, options, validFor: /^\w*$/ };
  };
}

const templateFields = new Set(["template", "entrypoint", "onExit"]);

function valuesOf(
  key: string,
  path: readonly string[],
  field: SchemaField | undefined,
  lines: readonly string[],
): readonly string[] {
  if (path.length === 0 && key === "kind") return creatableKinds;
  if (path.length === 0 && key === "apiVersion") return ["argoproj.io/v1alpha1", "v1"];
  if (templateFields.has(key)) return templateNames(lines);
  return field?.shape === "boolean" ? ["true", "false"] : [];
}

/** Says what a field is when the pointer rests on it. */
export function hoverOf(schema: Schema) {
  return hoverTooltip(({ state }, pos) => {
    const line = state.doc.lineAt(pos);
    const match = /^(\s*(?:-\s+)*)([\w-]+):/.exec(line.text);
    const [, lead = "", name = ""] = match ?? [];
    const [from, to] = [line.from + lead.length, line.from + lead.length + name.length];
    if (match === null || pos < from || pos > to) return null;
    const place = yamlPlace(linesOf(state), line.number - 1, lead.length);
    const field = place && fieldsAt(schema, place.kind, place.path)?.[name];
    if (field === undefined) return null;
    return { pos: from, end: to, above: true, create: () => ({ dom: tooltip(name, field) }) };
  });
}

function tooltip(name: string, { shape, note, advice }: SchemaField): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "field-tooltip";
  const title = dom.appendChild(document.createElement("strong"));
  title.textContent = name;
  dom.append(` ${shapeText(shape)}`);
  for (const text of [note, advice === undefined ? undefined : `An older field: ${advice}.`]) {
    if (text !== undefined) dom.appendChild(document.createElement("p")).textContent = text;
  }
  return dom;
}

function linesOf(state: EditorState): readonly string[] {
  return state.doc.toString().split("\n");
}
