import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  decodeText,
  limits,
  type ParsedDocument,
  type Problem,
  parseManifests,
  refuseLargeText,
} from "@capstan/manifest";
import { badInput } from "../cli-error.ts";

/** What the files say: their documents in order, what is wrong with their text, and the text itself for messages. */
export interface ManifestFiles {
  readonly documents: readonly ParsedDocument[];
  readonly problems: readonly Problem[];
  readonly files: readonly string[];
  sourceOf(file: string): string | undefined;
}

/** Reads manifests; "-" is the standard input, a folder stands for the YAML and JSON files in it. */
export function readManifestFiles(names: readonly string[]): ManifestFiles {
  const files = names.flatMap(expandFolder);
  const sources = new Map<string, string>();
  const documents: ParsedDocument[] = [];
  const problems: Problem[] = [];
  for (const name of files) {
    const file = name === "-" ? "<stdin>" : name;
    const tooLarge = name === "-" ? undefined : refuseLargeText(sizeOf(name), file);
    if (tooLarge !== undefined) {
      problems.push(tooLarge);
      continue;
    }
    const decoded = decodeText(readBytes(name), file);
    if (!decoded.ok) {
      problems.push(decoded.error);
      continue;
    }
    const text = decoded.value;
    sources.set(file, text);
    const parsed = parseManifests(text, { file });
    documents.push(...parsed.documents);
    problems.push(...parsed.problems);
    if (parsed.documents.length === 0 && parsed.problems.length === 0) problems.push(nothingIn(file));
  }
  return { documents, problems, files, sourceOf: (file) => sources.get(file) };
}

function nothingIn(file: string): Problem {
  return { code: "NOT_A_MANIFEST", message: "There is no manifest in this file.", file, path: "", severity: "warning" };
}

function expandFolder(name: string): readonly string[] {
  if (name === "-") return [name];
  const stat = statSync(name, { throwIfNoEntry: false });
  if (stat === undefined) throw badInput(`${name}: there is no such file`);
  if (!stat.isDirectory()) return [name];
  const found = readdirSync(name, { recursive: true, encoding: "utf8" })
    .filter((entry) => /\.(ya?ml|json)$/.test(entry))
    .sort()
    .map((entry) => join(name, entry));
  if (found.length === 0) throw badInput(`${name}: no .yaml, .yml or .json file is in this folder`);
  return found;
}

function sizeOf(name: string): number {
  return statSync(name, { throwIfNoEntry: false })?.size ?? 0;
}

/** A file that can be read, as text. */
export function readText(name: string): string {
  const decoded = decodeText(readBytes(name), name);
  if (!decoded.ok) throw badInput(`${name} cannot be read`, [decoded.error]);
  return decoded.value;
}

function readBytes(name: string): Buffer {
  try {
    // A pipe has no size to ask for beforehand.
    const bytes = readFileSync(name === "-" ? 0 : name);
    if (bytes.length > limits.textBytesMax)
      throw badInput(`${name}: more than ${limits.textBytesMax / 1024 / 1024} MiB`);
    return bytes;
  } catch (error) {
    if (error instanceof Error && "code" in error) {
      throw badInput(`${name}: cannot be read (${error.code === "EACCES" ? "permission denied" : String(error.code)})`);
    }
    throw error;
  }
}
