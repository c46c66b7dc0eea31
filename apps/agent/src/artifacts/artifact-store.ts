import type { Result } from "@capstan/core";

/** Keys belong to a namespace: no workflow reads what those of another namespace wrote. */
export interface ArtifactPlace {
  readonly namespace: string;
  readonly key: string;
}

/** A finished output. A folder is a tar with one entry, the folder itself under any name. */
export interface NewContent {
  readonly path: string;
  readonly kind: "file" | "folder";
}

/** Stored content as files of this machine, to be read soon and never changed. */
export type StoredContent =
  | { readonly kind: "file"; readonly path: string }
  /** What lies at `inside` (all of it where that is empty) of a folder's tar. */
  | { readonly kind: "folder"; readonly path: string; readonly inside: string }
  /** A key above those of several artifacts: a folder of them. */
  | { readonly kind: "several"; readonly parts: readonly { readonly at: string; readonly content: StoredContent }[] };

/** Where artifacts are kept: with the agents that made them, or in a store of objects. Errors are sentences for the user. */
export interface ArtifactStore {
  /** Takes the content over, for as long as the workflow exists. Repeating it after a crash does no harm. */
  put(
    place: ArtifactPlace,
    content: NewContent,
    workflow: { readonly name: string; readonly uid: string },
  ): Promise<void>;
  /** undefined when there is nothing under the key. */
  get(place: ArtifactPlace): Promise<Result<StoredContent | undefined>>;
  has(place: ArtifactPlace): Promise<Result<boolean>>;
  /** The keys that begin with the prefix, in the order of their bytes; of a folder those of its files. */
  list(namespace: string, prefix: string): Promise<Result<readonly string[]>>;
}
