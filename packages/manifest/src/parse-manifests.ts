import { isObject, type Json } from "@capstan/core";
import type { Document } from "yaml";
import { documentOf, type ParsedDocument } from "./document.ts";
import { limits } from "./limits.ts";
import { error, type Problem } from "./problem.ts";
import { compose } from "./text/compose.ts";
import { LineIndex, offsetOf } from "./text/positions.ts";
import { type Budget, readDocument } from "./text/read-document.ts";

export interface ParsedManifests {
  readonly documents: readonly ParsedDocument[];
  readonly problems: readonly Problem[];
}

/** Reads YAML (several documents) or JSON as Kubernetes' parser does. Never throws: what is wrong is a problem with its line. */
export function parseManifests(text: string, options: { readonly file?: string } = {}): ParsedManifests {
  const tooLarge = refuseLargeText(text.length, options.file);
  if (tooLarge !== undefined) return { documents: [], problems: [tooLarge] };
  return new ManifestReader(text.startsWith("\uFEFF") ? text.slice(1) : text, options.file).read();
}

/** The problem of a text that is too large to be read; callers that know a file's size ask before they read it. */
export function refuseLargeText(bytes: number, file?: string): Problem | undefined {
  if (bytes <= limits.textBytesMax) return undefined;
  const size = `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  const message = `The text has ${size}; at most ${limits.textBytesMax / 1024 / 1024} MiB are read: pass large values as artifacts or split the file.`;
  return { ...error("TEXT_TOO_LARGE", [], message), line: 1, column: 1, ...(file === undefined ? {} : { file }) };
}

class ManifestReader {
  private readonly lines: LineIndex;
  private readonly problems: Problem[] = [];
  private readonly documents: ParsedDocument[] = [];
  private readonly text: string;
  private readonly file: string | undefined;

  constructor(text: string, file: string | undefined) {
    this.text = text;
    this.file = file;
    this.lines = new LineIndex(text);
  }

  read(): ParsedManifests {
    const { documents, failure } = compose(this.text);
    const budget: Budget = { valuesLeft: limits.valuesMax };
    for (const document of documents) this.readOne(document, budget);
    if (failure !== undefined) this.report(failure.problem, failure.offset);
    return { documents: this.documents, problems: this.problems };
  }

  private readOne(document: Document.Parsed, budget: Budget): void {
    for (const mistake of document.errors) {
      if (mistake.message.startsWith("Maximum call stack")) {
        this.report(error("TOO_DEEP", [], "Objects and lists are nested too deep here: flatten them."), mistake.pos[0]);
        continue;
      }
      const message = `The text is not YAML: ${mistake.message.replace(/\.$/, "")}.`;
      this.report(error("SYNTAX", [], message), mistake.pos[0]);
    }
    if (document.errors.length > 0) return;
    const { value, mistakes } = readDocument(document, budget);
    for (const mistake of mistakes) this.report(mistake.problem, mistake.offset);
    if (value === null) return;
    if (!isObject(value)) {
      const message = "A manifest must be an object with apiVersion, kind and metadata.";
      this.report(error("NOT_A_MANIFEST", [], message), document.contents?.range?.[0]);
      return;
    }
    const locate = (path: readonly (string | number)[]) => {
      const offset = offsetOf(document.contents, path);
      return offset === undefined ? undefined : this.lines.positionOf(offset);
    };
    this.addDocument(documentOf(value, locate, this.file));
  }

  // kubectl's lists carry their objects in `items`.
  private addDocument(document: ParsedDocument): void {
    const items = document.object["items"];
    if (document.kind !== "List" || !Array.isArray(items)) {
      this.documents.push(document);
      return;
    }
    items.forEach((item: Json, index) => {
      if (!isObject(item)) return;
      this.documents.push(documentOf(item, (path) => document.locate(["items", index, ...path]), this.file));
    });
  }

  private report(problem: Problem, offset: number | undefined): void {
    if (this.problems.length >= limits.problemsMax) return;
    const position = this.lines.positionOf(Math.min(offset ?? 0, this.text.length));
    this.problems.push({ ...problem, ...position, ...(this.file === undefined ? {} : { file: this.file }) });
  }
}
