import { lstat, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type Artifact, fail, ok, type Result, type Task } from "@capstan/core";
import { artifactKey, artifactLocation } from "./artifact-key.ts";
import type { ArtifactStore, NewContent } from "./artifact-store.ts";
import { placeContent } from "./place-content.ts";
import { setMode } from "./set-mode.ts";

type OfTask = Pick<Task, "namespace" | "workflowName" | "workflowUid">;

/** Artifacts as manifests speak of them, on top of a store. */
export class TaskArtifacts {
  readonly #store: ArtifactStore;

  constructor(store: ArtifactStore) {
    this.#store = store;
  }

  /** Takes a finished output over. Repeating it after a crash does no harm. */
  save({ namespace, workflowName: name, workflowUid: uid }: OfTask, key: string, content: NewContent): Promise<void> {
    return this.#store.put({ namespace, key }, content, { name, uid });
  }

  /** Puts an artifact's content at `target`, a path that does not exist yet; "missing" when there is none. */
  async fetch({ namespace }: OfTask, artifact: Artifact, target: string): Promise<Result<"fetched" | "missing">> {
    const draft = `${target}.draft`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(dirname(target), { recursive: true });
    if (artifact.raw !== undefined) await writeFile(draft, artifact.raw.data);
    else {
      const key = artifactKey(artifact);
      if (key === undefined) return withoutKey(artifact);
      const stored = await this.#store.get({ namespace, key });
      if (!stored.ok) return fail(`artifact "${artifact.name}": ${stored.error}`);
      if (stored.value === undefined || !(await placeContent(stored.value, draft, artifact))) return ok("missing");
    }
    // A task packed it, and who reads it here would read what it leads to on this machine.
    if ((await lstat(draft)).isSymbolicLink()) {
      await rm(draft);
      return fail(`artifact "${artifact.name}" is a symbolic link: save the file or folder that it leads to`);
    }
    await setMode(draft, artifact);
    await rename(draft, target);
    return ok("fetched");
  }

  /** Is there something to fetch? False where an optional artifact was not produced. */
  async has({ namespace }: OfTask, artifact: Artifact): Promise<Result<boolean>> {
    const key = artifactKey(artifact);
    if (artifact.raw !== undefined || key === undefined) return ok(artifact.raw !== undefined);
    const has = await this.#store.has({ namespace, key });
    return has.ok ? has : fail(`artifact "${artifact.name}": ${has.error}`);
  }

  /** The keys of the task's namespace that begin with the prefix, in order; of a folder those of its files. */
  list({ namespace }: OfTask, prefix: string): Promise<Result<readonly string[]>> {
    return this.#store.list(namespace, prefix);
  }
}

function withoutKey(artifact: Artifact): Result<"missing"> {
  const location = artifactLocation(artifact);
  if (location === undefined) return ok("missing");
  return fail(`artifact "${artifact.name}": this runtime cannot read from ${location} yet`);
}
