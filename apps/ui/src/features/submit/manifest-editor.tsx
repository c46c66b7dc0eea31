import { autocompletion } from "@codemirror/autocomplete";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, type Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import { useEffect, useRef } from "react";
import { completionOf, hoverOf } from "./editor-support.ts";
import type { Schema } from "./schema.ts";
import type { Problem } from "./use-preview.ts";

interface ManifestEditorProps {
  readonly text: string;
  readonly problems: readonly Problem[];
  readonly schema: Schema | undefined;
  readonly onChange: (text: string) => void;
  /** A line that is to be brought into sight; another object each time. */
  readonly goTo: { readonly line: number } | undefined;
}

/** A YAML editor that knows the fields of manifests and shows mistakes where they are. */
export function ManifestEditor({ text, problems, schema, onChange, goTo }: ManifestEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const support = useRef(new Compartment());
  const listener = useRef(onChange);
  listener.current = onChange;
  const first = useRef(text);
  useEffect(() => {
    const made = new EditorView({
      ...(place.current !== null && { parent: place.current }),
      doc: first.current,
      extensions: [
        basicSetup,
        yaml(),
        look,
        lintGutter(),
        EditorView.lineWrapping,
        EditorView.cspNonce.of(document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.content ?? ""),
        EditorView.contentAttributes.of({ "aria-label": "Manifest", tabindex: "0" }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) listener.current(state.doc.toString());
        }),
        support.current.of([]),
      ],
    });
    view.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => {
    if (schema === undefined) return;
    const extensions = [autocompletion({ override: [completionOf(schema)], icons: false }), hoverOf(schema)];
    view.current?.dispatch({ effects: support.current.reconfigure(extensions) });
  }, [schema]);
  useEffect(() => {
    const editor = view.current;
    // A text that came from elsewhere: a file, an example.
    if (editor !== undefined && editor.state.doc.toString() !== text) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
    }
  }, [text]);
  useEffect(() => {
    const editor = view.current;
    if (editor !== undefined) editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(problems, editor.state.doc)));
  }, [problems]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || goTo === undefined || goTo.line > editor.state.doc.lines) return;
    const { from } = editor.state.doc.line(goTo.line);
    editor.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    editor.focus();
  }, [goTo]);
  return <div ref={place} className="card editor" />;
}

function diagnosticsOf(problems: readonly Problem[], text: Text): Diagnostic[] {
  return problems
    .map(({ line = 1, column = 1, severity, message }) => {
      const place = text.line(Math.min(line, text.lines));
      const from = Math.min(place.from + column - 1, place.to);
      // As much as is one word: a key, a value.
      const length = /^\S[^\s:,}\]]*/.exec(text.sliceString(from, place.to))?.[0].length ?? 0;
      return { from, to: from + length, severity, message };
    })
    .sort((left, right) => left.from - right.from);
}

const look = [
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
      { tag: [tags.string, tags.special(tags.string)], color: "var(--succeeded)" },
      { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--error)" },
      { tag: [tags.comment, tags.lineComment], color: "var(--text-3)" },
      { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace, tags.meta], color: "var(--text-2)" },
    ]),
  ),
  EditorView.theme({
    "&": { height: "100%", backgroundColor: "transparent", color: "var(--text)", fontSize: "13px" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
    ".cm-content": { caretColor: "var(--text)" },
    ".cm-cursor": { borderLeftColor: "var(--text)" },
    "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-1px" },
    ".cm-gutters": { backgroundColor: "var(--surface-2)", color: "var(--text-3)", border: "none" },
    ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--surface-2)" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
      backgroundColor: "var(--accent-soft)",
    },
    ".cm-tooltip, .cm-panels": {
      backgroundColor: "var(--surface)",
      color: "var(--text)",
      border: "1px solid var(--border)",
    },
    ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
      backgroundColor: "var(--accent-soft)",
      color: "var(--text)",
    },
    ".cm-diagnostic": { maxWidth: "min(560px, 90vw)", whiteSpace: "pre-wrap" },
  }),
];
