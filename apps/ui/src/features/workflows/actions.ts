import { answerOf, api } from "../../api/client.ts";

export type Verb = "retry" | "resubmit" | "suspend" | "resume" | "stop" | "terminate" | "delete";

export interface Target {
  readonly namespace: string;
  readonly name: string;
}

export interface ActionDescription {
  readonly verb: Verb;
  readonly name: string;
  /** Asked before it is done, where something is destroyed. */
  readonly question?: string;
  readonly isAllowed: (workflow: { readonly phase: string; readonly suspended: boolean }) => boolean;
}

const isOpen = (phase: string) => phase === "" || phase === "Pending" || phase === "Running";
export const hasFailed = (phase: string) => phase === "Failed" || phase === "Error";

/** What can be done with a workflow, in the order of menus. */
export const actions: readonly ActionDescription[] = [
  { verb: "retry", name: "Retry", isAllowed: ({ phase }) => hasFailed(phase) },
  { verb: "resubmit", name: "Resubmit", isAllowed: () => true },
  { verb: "suspend", name: "Suspend", isAllowed: ({ phase, suspended }) => isOpen(phase) && !suspended },
  { verb: "resume", name: "Resume", isAllowed: ({ phase, suspended }) => isOpen(phase) && suspended },
  {
    verb: "stop",
    name: "Stop",
    question: "Running steps are ended. Exit handlers still run.",
    isAllowed: ({ phase }) => isOpen(phase),
  },
  {
    verb: "terminate",
    name: "Terminate",
    question: "Everything is ended at once, exit handlers included.",
    isAllowed: ({ phase }) => isOpen(phase),
  },
  {
    verb: "delete",
    name: "Delete",
    question: "The workflow and its outputs are forgotten. Running steps are ended.",
    isAllowed: () => true,
  },
];

/** Does it; the answer is the workflow afterwards (for a resubmit the new one). Throws RequestError. */
export async function carryOut(verb: Verb, { namespace, name }: Target): Promise<Target | undefined> {
  const params = { path: { namespace, name } };
  switch (verb) {
    case "delete":
      await answerOf(api.DELETE("/api/v1/workflows/{namespace}/{name}", { params }));
      return undefined;
    case "resubmit": {
      const made = await answerOf(api.PUT("/api/v1/workflows/{namespace}/{name}/resubmit", { params, body: {} }));
      return { namespace, name: made.metadata.name ?? name };
    }
    default:
      await answerOf(api.PUT(`/api/v1/workflows/{namespace}/{name}/${verb}`, { params, body: {} }));
      return { namespace, name };
  }
}
