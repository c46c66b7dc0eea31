import { normalize } from "node:path";
import {
  type ArtifactDirectory,
  type ArtifactRecord,
  type Clock,
  fail,
  normalKey,
  ok,
  type Result,
} from "@capstan/core";
import type { ArtifactPlace, ArtifactStore, NewContent, StoredContent } from "./artifact-store.ts";
import type { BlobFolder } from "./blob-folder.ts";
import type { HeldBlobs } from "./held-blobs.ts";
import { filesInside } from "./place-content.ts";

export interface AgentArtifactStoreOptions {
  readonly blobs: BlobFolder;
  readonly directory: ArtifactDirectory;
  readonly held: Pick<HeldBlobs, "fetch">;
  readonly holder: ArtifactRecord["holder"];
  readonly clock: Clock;
}

const listPageSize = 1_000;
/** Artifacts that one key above them may gather. */
const partsMax = 1_000;

interface Found {
  readonly record: ArtifactRecord;
  /** Where below the record's key the wanted one is; empty when it is that key. */
  readonly inside: string;
}

/** Artifacts stay on the machine that made them; the directory tells all agents which that is, and who needs one fetches it there. */
export class AgentArtifactStore implements ArtifactStore {
  readonly #options: AgentArtifactStoreOptions;

  constructor(options: AgentArtifactStoreOptions) {
    this.#options = options;
  }

  async put(place: ArtifactPlace, content: NewContent, workflow: ArtifactRecord["workflow"]): Promise<void> {
    const { blobs, directory, holder, clock } = this.#options;
    const key = normalKey(place.key);
    const digest = await blobs.digestOf(content.path);
    if (digest === undefined) {
      // Taken before a crash, which may have come before it was told.
      const record = await blobs.recordOf({ ...place, key });
      if (record !== undefined) await directory.put(record);
      return;
    }
    const record = { ...place, key, ...digest, kind: content.kind, holder, workflow, savedAtMs: clock.nowMs() };
    await blobs.take(content.path, record);
    await directory.put(record);
  }

  async get({ namespace, key }: ArtifactPlace): Promise<Result<StoredContent | undefined>> {
    const place = { namespace, key: normalKey(key) };
    const found = await this.#find(place);
    if (found === undefined) return this.#getBelow(place);
    const path = await this.#pathOf(found.record);
    if (!path.ok) return path;
    const { inside } = found;
    return ok(
      found.record.kind === "folder"
        ? { kind: "folder", path: path.value, inside }
        : { kind: "file", path: path.value },
    );
  }

  async has({ namespace, key }: ArtifactPlace): Promise<Result<boolean>> {
    const place = { namespace, key: normalKey(key) };
    const found = await this.#find(place);
    if (found === undefined) return ok((await this.#keysBelow(place, 1)).length > 0);
    if (found.inside === "") return ok(true);
    const files = await this.#filesOf(found.record);
    if (!files.ok) return files;
    return ok(files.value.some((file) => file === found.inside || file.startsWith(`${found.inside}/`)));
  }

  async list(namespace: string, prefix: string): Promise<Result<readonly string[]>> {
    const { directory } = this.#options;
    // A slash at the end is part of what is asked for.
    const wanted = normalize(`/${prefix}`).slice(1);
    const records: ArtifactRecord[] = [];
    const above = await this.#find({ namespace, key: normalKey(prefix) });
    if (above !== undefined && above.inside !== "") records.push(above.record);
    for (let after = ""; ; ) {
      const page = await directory.list(namespace, wanted, after, listPageSize);
      for (const record of await directory.find(namespace, page)) if (record !== undefined) records.push(record);
      const last = page.at(-1);
      if (last === undefined || page.length < listPageSize) break;
      after = last;
    }
    const keys = new Set<string>();
    for (const record of records) {
      const files = record.kind === "folder" ? await this.#filesOf(record) : ok([""]);
      if (!files.ok) return files;
      for (const file of files.value) keys.add(file === "" ? record.key : `${record.key}/${file}`);
    }
    return ok([...keys].filter((key) => key.startsWith(wanted)).sort(byBytes));
  }

  /** The record of the key, or of the folder that it lies in. What this machine wrote is known without the directory. */
  async #find({ namespace, key }: ArtifactPlace): Promise<Found | undefined> {
    const { directory, blobs } = this.#options;
    if (key === "") return undefined;
    const names = key.split("/");
    const keys = names.map((_, index) => names.slice(0, names.length - index).join("/"));
    const records = await directory.find(namespace, keys);
    for (const [index, candidate] of keys.entries()) {
      const record = records[index] ?? (await blobs.recordOf({ namespace, key: candidate }));
      const inside = key.slice(candidate.length + 1);
      if (record !== undefined && (inside === "" || record.kind === "folder")) return { record, inside };
    }
    return undefined;
  }

  async #getBelow(place: ArtifactPlace): Promise<Result<StoredContent | undefined>> {
    const keys = await this.#keysBelow(place, partsMax + 1);
    if (keys.length === 0) return ok(undefined);
    if (keys.length > partsMax) return fail(`more than ${partsMax} artifacts lie below the key "${place.key}"`);
    const parts: { readonly at: string; readonly content: StoredContent }[] = [];
    for (const key of keys) {
      const content = await this.get({ ...place, key });
      if (!content.ok) return content;
      if (content.value !== undefined) parts.push({ at: key.slice(place.key.length + 1), content: content.value });
    }
    return ok({ kind: "several", parts });
  }

  #keysBelow({ namespace, key }: ArtifactPlace, limit: number): Promise<readonly string[]> {
    return key === "" ? Promise.resolve([]) : this.#options.directory.list(namespace, `${key}/`, "", limit);
  }

  async #filesOf(record: ArtifactRecord): Promise<Result<readonly string[]>> {
    const path = await this.#pathOf(record);
    return path.ok ? ok(await filesInside(path.value)) : path;
  }

  /** The blob's file here, fetched where it is another's. */
  async #pathOf(record: ArtifactRecord, isSecond = false): Promise<Result<string>> {
    const { directory, held } = this.#options;
    const fetched = await held.fetch(record);
    if (fetched.ok || isSecond) return fetched;
    // It may have been written again meanwhile, and what it was is gone.
    const [now] = await directory.find(record.namespace, [record.key]);
    return now === undefined || now.sha256 === record.sha256 ? fetched : this.#pathOf(now, true);
  }
}

/** The order of an object store's listing. */
function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
