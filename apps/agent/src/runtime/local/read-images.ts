import { readFileSync } from "node:fs";
import type { ImageEntry } from "./image-table.ts";

/** Reads a file of entrypoints: `[{"image": "my/tool", "entrypoint": ["tool"], "cmd": ["--help"]}, …]` */
export function readImages(file: string | undefined): readonly ImageEntry[] {
  if (file === undefined) return [];
  const content: unknown = JSON.parse(readFileSync(file, "utf8"));
  const isTexts = (value: unknown): boolean =>
    value === undefined || (Array.isArray(value) && value.every((word) => typeof word === "string"));
  const isEntry = (value: unknown): value is ImageEntry =>
    typeof value === "object" &&
    value !== null &&
    "image" in value &&
    typeof value.image === "string" &&
    isTexts((value as ImageEntry).entrypoint) &&
    isTexts((value as ImageEntry).cmd);
  if (!Array.isArray(content) || !content.every(isEntry))
    throw new Error(`${file}: expected a list of {"image": text, "entrypoint": [text], "cmd": [text]}`);
  return content;
}
