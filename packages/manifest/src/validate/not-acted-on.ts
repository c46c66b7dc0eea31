import type { WorkflowBundle } from "@capstan/core";
import { type Problem, warning } from "../problem.ts";

/** Fields of Argo's that Capstan accepts so that manifests run, but does not act on yet: whoever relies on them must hear of it. */
const fields: { readonly [field: string]: string } = {
  synchronization: "Locks are not taken yet: this runs without waiting for its mutexes and semaphores.",
  memoize: "Results are not remembered yet: this runs each time.",
};

/** One warning for each such field of the spec and of its templates. */
export function warnOfFieldsNotActedOn({ workflow: { spec } }: WorkflowBundle): Problem[] {
  const holders = [
    { holder: spec, path: ["spec"] as (string | number)[] },
    ...(spec.templates ?? []).map((holder, index) => ({ holder, path: ["spec", "templates", index] })),
  ];
  return holders.flatMap(({ holder, path }) =>
    Object.entries(fields).flatMap(([field, message]) =>
      holder[field] === undefined ? [] : [warning("NOT_ACTED_ON", [...path, field], message)],
    ),
  );
}
