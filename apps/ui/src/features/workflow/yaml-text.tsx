import { useState } from "react";
import { Button } from "../../ui/controls.tsx";

/** An object as YAML; what makes it is loaded when it is first needed. */
export async function toYaml(value: unknown): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** YAML to read, to copy and to take along. */
export function YamlText({ text, fileName }: { text: string; fileName: string }) {
  const [copied, setCopied] = useState("");
  const copy = () =>
    navigator.clipboard?.writeText(text).then(
      () => setCopied(text),
      () => setCopied(""),
    );
  return (
    <div className="stack">
      <div className="row">
        <Button onClick={() => void copy()}>{copied === text ? "Copied" : "Copy"}</Button>
        <Button onClick={() => download(text, fileName)}>Download</Button>
      </div>
      <pre className="card code">{text}</pre>
    </div>
  );
}

function download(text: string, fileName: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(link.href);
}
