import { useEffect, useState } from "react";
import { useSettled } from "../../ui/use-settled.ts";

const key = "capstan.draft";
const savePauseMs = 300;

/** A text that survives a reload, until it is submitted. */
export function useDraft(): readonly [string, (text: string) => void] {
  const [text, setText] = useState(storedDraft);
  const settled = useSettled(text, savePauseMs);
  useEffect(() => store(settled), [settled]);
  // A page that is left within the pause must not lose its last words.
  useEffect(() => {
    const save = () => store(text);
    addEventListener("pagehide", save);
    return () => removeEventListener("pagehide", save);
  }, [text]);
  return [text, setText];
}

function storedDraft(): string {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return ""; // Storage may be forbidden.
  }
}

function store(text: string): void {
  try {
    if (text === "") localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // It then lasts as long as the page.
  }
}

/** What the editor offers to begin with. */
export const exampleManifest = `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  arguments:
    parameters:
      - name: greeting
        value: hello
  templates:
    - name: main
      dag:
        tasks:
          - name: one
            template: say
          - name: many
            template: say
            depends: one
            withItems: [a, b, c]
    - name: say
      container:
        image: busybox
        command: [sh, -c]
        args: ["echo {{workflow.parameters.greeting}}; sleep 1"]
`;
