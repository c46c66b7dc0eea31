import type { Clock, Task } from "@capstan/core";
import type { ImageConfig, KubeClient } from "@capstan/kubernetes";
import type { ImageEntry } from "../../local/image-table.ts";
import { parseImageReference } from "./image-reference.ts";
import { pullCredentials } from "./pull-secrets.ts";
import type { RegistryClient } from "./registry-client.ts";

export interface ImageConfigsOptions {
  readonly client: KubeClient;
  readonly registry: RegistryClient;
  /** What the configuration says of images goes before what registries say. */
  readonly configured: readonly ImageEntry[];
  readonly clock: Clock;
}

interface Known {
  readonly config: Promise<ImageConfig>;
  untilMs: number;
}

/** A tag may come to mean something else; an image that could not be looked up may be there soon. */
const freshMs = { digest: Number.POSITIVE_INFINITY, tag: 600_000, failure: 10_000 };
const knownMax = 1_000;

/** What images start, asked of their registries once and shared by all tasks that wait for the same answer. */
export class ImageConfigs {
  readonly #options: ImageConfigsOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: ImageConfigsOptions) {
    this.#options = options;
  }

  /** Throws an Error for the workflow's author: what is wrong, and the ways out. */
  lookUp(image: string, task: Task): Promise<ImageConfig> {
    const { configured, clock } = this.#options;
    const entry = configured.find((one) => one.image === image);
    if (entry !== undefined) return Promise.resolve({ entrypoint: entry.entrypoint ?? [], cmd: entry.cmd ?? [] });
    // Pull secrets are a namespace's: what one may see another need not.
    const key = `${task.namespace} ${image}`;
    const known = this.#known.get(key);
    if (known !== undefined && clock.nowMs() < known.untilMs) return known.config;
    const asked: Known = { config: this.#ask(image, task), untilMs: Number.POSITIVE_INFINITY };
    this.#known.delete(key);
    this.#known.set(key, asked);
    if (this.#known.size > knownMax) this.#known.delete(this.#known.keys().next().value ?? "");
    asked.config.then(
      () => {
        asked.untilMs = clock.nowMs() + (image.includes("@sha256:") ? freshMs.digest : freshMs.tag);
      },
      () => {
        asked.untilMs = clock.nowMs() + freshMs.failure;
      },
    );
    return asked.config;
  }

  async #ask(image: string, task: Task): Promise<ImageConfig> {
    const reference = parseImageReference(image);
    if (!reference.ok) throw new Error(reference.error);
    try {
      const credentials = await pullCredentials(this.#options.client, task, reference.value);
      return await this.#options.registry.imageConfig(reference.value, credentials);
    } catch (error) {
      const why =
        error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
      throw new Error(
        `what image "${image}" starts could not be found out: ${why}. Give the container a command, or the agent its entrypoint (--images), or the Pod a pull secret`,
      );
    }
  }
}
