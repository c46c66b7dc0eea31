import { server, until } from "./cluster.ts";

export interface NodeView {
  readonly id: string;
  readonly displayName: string;
  readonly type: string;
  readonly phase: string;
  readonly message?: string;
  readonly hostNodeName?: string;
  readonly outputs?: {
    readonly result?: string;
    readonly exitCode?: string;
    readonly parameters?: readonly { readonly name: string; readonly value?: string }[];
    readonly artifacts?: readonly { readonly name: string }[];
  };
}

export interface WorkflowView {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly status?: {
    readonly phase?: string;
    readonly message?: string;
    readonly nodes?: Readonly<Record<string, NodeView>>;
  };
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${server}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** Submits a spec under a name of its own; gives the name. */
export async function submit(namespace: string, spec: object, name = "wf"): Promise<string> {
  const workflow = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { generateName: `${name}-` },
    spec: { entrypoint: "main", ...spec },
  };
  return ((await call("POST", `/api/v1/workflows/${namespace}`, { workflow })) as WorkflowView).metadata.name;
}

export async function get(namespace: string, name: string): Promise<WorkflowView> {
  return (await call("GET", `/api/v1/workflows/${namespace}/${name}`)) as WorkflowView;
}

export async function control(namespace: string, name: string, verb: string): Promise<void> {
  await call("PUT", `/api/v1/workflows/${namespace}/${name}/${verb}`, {});
}

export async function remove(namespace: string, name: string): Promise<void> {
  await call("DELETE", `/api/v1/workflows/${namespace}/${name}`);
}

/** The workflow once it has ended. */
export function ended(namespace: string, name: string, withinMs = 120_000): Promise<WorkflowView> {
  return until(
    `the end of ${name}`,
    async () => {
      const workflow = await get(namespace, name);
      return ["Succeeded", "Failed", "Error"].includes(workflow.status?.phase ?? "") ? workflow : undefined;
    },
    withinMs,
  );
}

/** Submits and waits for the end. */
export async function run(namespace: string, spec: object, name?: string): Promise<WorkflowView> {
  return ended(namespace, await submit(namespace, spec, name));
}

/** The node of a step, task or single template by what it is called. */
export function nodeOf(workflow: WorkflowView, displayName?: string): NodeView {
  const nodes = Object.values(workflow.status?.nodes ?? {});
  const found = nodes.find((node) => node.displayName === (displayName ?? workflow.metadata.name));
  if (found === undefined) throw new Error(`no node ${displayName} among ${nodes.map((node) => node.displayName)}`);
  return found;
}

export function parameterOf(node: NodeView, name: string): string | undefined {
  return node.outputs?.parameters?.find((parameter) => parameter.name === name)?.value;
}

/** A template that runs a line of shell. */
export function shell(line: string, more: object = {}): object {
  return { name: "main", container: { image: "busybox", command: ["sh", "-c"], args: [line] }, ...more };
}
