import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { type Result, textAt, valueAt } from "@capstan/core";
import { parse } from "yaml";
import { runCredentialPlugin } from "./credential-plugin.ts";

/** Where a cluster's API server is and how to prove who we are. */
export interface ClusterAccess {
  readonly server: URL;
  /** PEM of the authorities that the server's certificate is checked against; the system's when absent. */
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly tlsServerName?: string;
  readonly insecureSkipTlsVerify: boolean;
  /** The bearer token to send now; undefined where certificates speak. Tokens are rotated, so it is asked for at every request. */
  token(): Promise<string | undefined>;
  /** The namespace that is meant where none is named. */
  readonly namespace: string;
}

export interface AccessOptions {
  /** A kubeconfig's path; otherwise KUBECONFIG, then the Pod's own service account, then ~/.kube/config. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly variables: { readonly [name: string]: string | undefined };
}

const accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";
/** The kubelet renews a mounted token well before its end; a minute is what other clients take as fresh. */
const tokenFreshMs = 60_000;

/** Finds the cluster as kubectl would; the error says where it looked. */
export async function loadClusterAccess(options: AccessOptions): Promise<Result<ClusterAccess>> {
  const { variables } = options;
  const named = options.kubeconfig ?? variables["KUBECONFIG"]?.split(delimiter).find((path) => path !== "");
  if (named === undefined && variables["KUBERNETES_SERVICE_HOST"]) return podAccess(variables);
  const path = named ?? join(homedir(), ".kube", "config");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    return {
      ok: false,
      error: `no Kubernetes cluster: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? error}). Name a kubeconfig with --kubeconfig or KUBECONFIG, or run in a Pod.`,
    };
  }
  return fileAccess(path, text, options.context);
}

async function podAccess(variables: AccessOptions["variables"]): Promise<Result<ClusterAccess>> {
  const host = variables["KUBERNETES_SERVICE_HOST"] ?? "";
  const port = variables["KUBERNETES_SERVICE_PORT"] ?? "443";
  const tokenFile = join(accountFolder, "token");
  try {
    const [ca, namespace] = await Promise.all([
      readFile(join(accountFolder, "ca.crt"), "utf8"),
      readFile(join(accountFolder, "namespace"), "utf8"),
      readFile(tokenFile),
    ]);
    const server = new URL(`https://${host.includes(":") ? `[${host}]` : host}:${port}`);
    const access = { server, ca, namespace: namespace.trim(), insecureSkipTlsVerify: false };
    return { ok: true, value: { ...access, token: tokenOfFile(tokenFile) } };
  } catch (error) {
    return {
      ok: false,
      error: `the Pod's service account cannot be read (${String(error)}): does the Pod have automountServiceAccountToken: false?`,
    };
  }
}

async function fileAccess(path: string, text: string, context: string | undefined): Promise<Result<ClusterAccess>> {
  const fail = (message: string): Result<ClusterAccess> => ({ ok: false, error: `${path}: ${message}` });
  let config: unknown;
  try {
    config = parse(text);
  } catch (error) {
    return fail(`not YAML: ${(error as Error).message.split("\n")[0]}`);
  }
  const contextName = context ?? textAt(config, "current-context");
  if (!contextName) return fail("no current-context: choose one with kubectl config use-context NAME");
  const chosen = entryNamed(config, "contexts", contextName, "context");
  if (chosen === undefined) return fail(`there is no context "${contextName}"`);
  const cluster = entryNamed(config, "clusters", textAt(chosen, "cluster") ?? "", "cluster");
  if (cluster === undefined) return fail(`context "${contextName}" names a cluster that is not there`);
  const user = entryNamed(config, "users", textAt(chosen, "user") ?? "", "user");
  const serverText = textAt(cluster, "server") ?? "";
  if (!URL.canParse(serverText)) return fail(`cluster.server "${serverText}" is not an address`);
  try {
    const folder = dirname(path);
    const ca = await pem(cluster, "certificate-authority", folder);
    const certificate = await pem(user, "client-certificate", folder);
    const key = await pem(user, "client-key", folder);
    const tlsServerName = textAt(cluster, "tls-server-name");
    const access: ClusterAccess = {
      server: new URL(serverText),
      insecureSkipTlsVerify: valueAt(cluster, "insecure-skip-tls-verify") === true,
      namespace: textAt(chosen, "namespace") ?? "default",
      token: tokenOfUser(user, folder),
      ...(ca === undefined ? {} : { ca }),
      ...(certificate === undefined ? {} : { certificate }),
      ...(key === undefined ? {} : { key }),
      ...(tlsServerName === undefined ? {} : { tlsServerName }),
    };
    return { ok: true, value: access };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** The entry of a kubeconfig's list by name: `users: [{name, user: {…}}]`. */
function entryNamed(config: unknown, list: string, name: string, field: string): unknown {
  const entries = valueAt(config, list);
  const entry = Array.isArray(entries) ? entries.find((one) => textAt(one, "name") === name) : undefined;
  return valueAt(entry, field);
}

/** PEM given as base64 in the file itself, or as a path beside it. */
async function pem(holder: unknown, field: string, folder: string): Promise<string | undefined> {
  const inline = textAt(holder, `${field}-data`);
  if (inline !== undefined) return Buffer.from(inline, "base64").toString("utf8");
  const file = textAt(holder, field);
  return file === undefined ? undefined : readFile(resolve(folder, file), "utf8");
}

function tokenOfUser(user: unknown, folder: string): ClusterAccess["token"] {
  const token = textAt(user, "token");
  if (token !== undefined) return async () => token;
  const file = textAt(user, "tokenFile");
  if (file !== undefined) return tokenOfFile(resolve(folder, file));
  const plugin = valueAt(user, "exec");
  if (plugin !== undefined) return runCredentialPlugin(plugin, folder);
  return async () => undefined;
}

function tokenOfFile(path: string): ClusterAccess["token"] {
  let token = "";
  let readAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (Date.now() - readAtMs < tokenFreshMs) return token;
    token = (await readFile(path, "utf8")).trim();
    readAtMs = Date.now();
    return token;
  };
}
