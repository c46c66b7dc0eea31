/** Who has the bytes of an artifact, and what they are. */
export interface ArtifactRecord {
  readonly namespace: string;
  readonly key: string;
  /** A folder is stored as a tar with one entry, the folder itself. */
  readonly kind: "file" | "folder";
  readonly bytes: number;
  /** Of the stored bytes, in hex: what was fetched is what was saved. */
  readonly sha256: string;
  readonly holder: { readonly agentId: string; readonly nodeName: string };
  /** The workflow that wrote it, and with which it goes. */
  readonly workflow: { readonly name: string; readonly uid: string };
  readonly savedAtMs: number;
}

/** Where the artifacts of all agents are. Keys are a namespace's own; whoever writes one last has it. */
export interface ArtifactDirectory {
  put(record: ArtifactRecord): Promise<void>;
  /** In the order asked for. */
  find(namespace: string, keys: readonly string[]): Promise<readonly (ArtifactRecord | undefined)[]>;
  /** Keys of the namespace that begin with the prefix and come after `after`, in the order of their bytes, at most `limit`. */
  list(namespace: string, prefix: string, after: string, limit: number): Promise<readonly string[]>;
  /** Does nothing when another record has taken its place. */
  remove(record: ArtifactRecord): Promise<void>;
  /** A page of all records, in no order; begin with "0", which comes again at the end. What changes meanwhile may be missed. */
  scan(cursor: string): Promise<{ readonly records: readonly ArtifactRecord[]; readonly cursor: string }>;
}
