import { objectsAt, textAt } from "@capstan/core";
import type { Pod } from "../objects.ts";
import { requestsIn } from "./node-fit.ts";

/** What one second of a resource is counted in: a core, 100 MiB of memory, 10 GiB of storage, a piece of anything else. */
const units: ReadonlyMap<string, number> = new Map([
  ["memory", 100 * 2 ** 20],
  ["storage", 10 * 2 ** 30],
  ["ephemeral-storage", 10 * 2 ** 30],
]);

/** What a container counts for that asks for nothing. */
const defaults: ReadonlyMap<string, number> = new Map([
  ["cpu", 0.1],
  ["memory", 100 * 2 ** 20],
]);

/** Argo's estimate of what a Pod used: each container's requests times the whole seconds that it ran, rounded down, added up. */
export function resourcesDuration({ spec, status }: Pod): { readonly [resource: string]: number } {
  const seconds = new Map<string, number>();
  for (const { name, state } of [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    seconds.set(name, secondsBetween(state?.terminated?.startedAt, state?.terminated?.finishedAt));
  const total = new Map<string, number>();
  for (const container of [...objectsAt(spec, "initContainers"), ...objectsAt(spec, "containers")]) {
    const ran = seconds.get(textAt(container, "name") ?? "") ?? 0;
    for (const [resource, amount] of new Map([...defaults, ...requestsIn(container)])) {
      // A tenth times ten is less than one, as computers have it.
      const used = Math.floor((ran * amount) / (units.get(resource) ?? 1) + 1e-9);
      total.set(resource, (total.get(resource) ?? 0) + used);
    }
  }
  return Object.fromEntries(total);
}

function secondsBetween(start: string | undefined, end: string | undefined): number {
  const [startMs, endMs] = [Date.parse(start ?? ""), Date.parse(end ?? "")];
  return startMs > 0 && endMs > startMs ? Math.floor((endMs - startMs) / 1_000) : 0;
}
