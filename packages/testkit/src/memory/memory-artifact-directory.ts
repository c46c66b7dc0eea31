import type { ArtifactDirectory, ArtifactRecord } from "@capstan/core";

/** Artifacts' records in a map. */
export class MemoryArtifactDirectory implements ArtifactDirectory {
  readonly #records = new Map<string, ArtifactRecord>();

  async put(record: ArtifactRecord): Promise<void> {
    this.#records.set(nameOf(record), record);
  }

  async find(namespace: string, keys: readonly string[]): Promise<readonly (ArtifactRecord | undefined)[]> {
    return keys.map((key) => this.#records.get(nameOf({ namespace, key })));
  }

  async list(namespace: string, prefix: string, after: string, limit: number): Promise<readonly string[]> {
    return [...this.#records.values()]
      .filter((record) => record.namespace === namespace)
      .map(({ key }) => key)
      .filter((key) => key.startsWith(prefix) && byBytes(key, after) > 0)
      .sort(byBytes)
      .slice(0, limit);
  }

  async remove(record: ArtifactRecord): Promise<void> {
    const name = nameOf(record);
    if (JSON.stringify(this.#records.get(name)) === JSON.stringify(record)) this.#records.delete(name);
  }

  async scan(): Promise<{ readonly records: readonly ArtifactRecord[]; readonly cursor: string }> {
    return { records: [...this.#records.values()], cursor: "0" };
  }
}

function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function nameOf({ namespace, key }: Pick<ArtifactRecord, "namespace" | "key">): string {
  return `${namespace}/${key}`;
}
