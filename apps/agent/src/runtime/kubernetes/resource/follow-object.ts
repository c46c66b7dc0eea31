import type { Clock } from "@capstan/core";
import { Informer, type KubeClient, KubeError, type KubeObject, pathOf } from "@capstan/kubernetes";
import { type ObjectPlace, readObject, type SeenObject, seen } from "./object-place.ts";

export interface FollowOptions {
  readonly client: KubeClient;
  readonly place: ObjectPlace;
  readonly signal: AbortSignal;
  readonly onProblem: (error: unknown) => void;
  readonly clock: Clock;
}

/** Argo's interval. Its users' accounts may often only get, not watch. */
const lookEveryMs = 5_000;

/**
 * Shows an object to `judge` at each change until that has something to say; `undefined` is shown when the object is gone, and one of
 * the same name that came later is another object. Follows by watch, or looks now and then where the account may not watch.
 * Rejects with the signal's reason when that ends it, or with a KubeError when the object cannot be read at all.
 */
export async function followObject<T>(
  options: FollowOptions,
  judge: (object: SeenObject | undefined) => T | undefined,
): Promise<T> {
  const { place, signal } = options;
  const shown = (object: KubeObject | undefined): T | undefined => {
    const isSame = object !== undefined && (place.uid === undefined || object.metadata.uid === place.uid);
    return judge(isSame ? seen(place.type, object) : undefined);
  };
  signal.throwIfAborted();
  const watched = await watch(options, shown);
  return watched === undefined ? look(options, shown) : watched.value;
}

/** Undefined where the account may not watch. */
async function watch<T>(
  { client, place, signal, onProblem }: FollowOptions,
  shown: (object: KubeObject | undefined) => T | undefined,
): Promise<{ readonly value: T } | undefined> {
  let end: (outcome: { readonly value: T } | undefined) => void = () => undefined;
  let fail: (reason: unknown) => void = () => undefined;
  const ended = new Promise<{ readonly value: T } | undefined>((resolve, reject) => {
    [end, fail] = [resolve, reject];
  });
  const show = (object: KubeObject | undefined): void => {
    const value = shown(object);
    if (value !== undefined) end({ value });
  };
  const informer = new Informer<KubeObject>({
    client,
    path: pathOf(place.type, place.namespace),
    fieldSelector: `metadata.name=${place.name}`,
    onChange: ({ type, object }) => show(type === "deleted" ? undefined : object),
    onError: (error) => (isForbidden(error) ? end(undefined) : onProblem(error)),
  });
  const onAbort = (): void => fail(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const started = informer.start().then(
    () => {
      if (informer.get(place.namespace ?? "", place.name) === undefined) show(undefined);
    },
    (error: unknown) => (isForbidden(error) ? end(undefined) : fail(error)),
  );
  try {
    return await ended;
  } finally {
    signal.removeEventListener("abort", onAbort);
    await informer.stop();
    await started;
  }
}

/** No right to list or watch, or a kind that cannot be watched. */
function isForbidden(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 403 || error.status === 405);
}

async function look<T>(
  { client, place, signal, onProblem, clock }: FollowOptions,
  shown: (object: KubeObject | undefined) => T | undefined,
): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    const object = await readObject(client, place).catch((error: unknown) => {
      if (!(error instanceof KubeError)) throw error;
      if (error.status === 404) return "gone";
      if (!error.isTransient) throw error;
      onProblem(error);
      return "unknown";
    });
    if (object !== "unknown") {
      const value = shown(typeof object === "string" ? undefined : object);
      if (value !== undefined) return value;
    }
    await clock.sleep(lookEveryMs, signal);
  }
}
