import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "@capstan/core";
import type { SupervisorSource } from "@capstan/kubernetes";
import packageFile from "../package.json" with { type: "json" };
import type { KubernetesConfig } from "./runtime/kubernetes/kubernetes-runtime.ts";
import { readImages } from "./runtime/local/read-images.ts";

export interface KubernetesFlags {
  readonly text: (flag: string) => string | undefined;
  readonly number: (flag: string) => number;
  readonly list: (flag: string) => readonly string[];
  readonly nodeName: string;
  readonly stateFolder: string;
}

/** The settings of `--runtime kubernetes`; the error names the flag. */
export function readKubernetesConfig({
  text,
  list,
  number,
  nodeName,
  stateFolder,
}: KubernetesFlags): Result<KubernetesConfig> {
  const mirrors = readMirrors(list("registry-mirror"));
  if (!mirrors.ok) return mirrors;
  const supervisor = readSupervisor(text("supervisor") ?? `capstan/supervisor:${packageFile.version}`);
  if (!supervisor.ok) return supervisor;
  const optional = {
    kubeconfig: text("kubeconfig"),
    context: text("context"),
    namespace: text("namespace"),
    transferHost: text("transfer-host"),
  };
  return {
    ok: true,
    value: {
      ...(Object.fromEntries(
        Object.entries(optional).filter(([, value]) => value !== undefined),
      ) as Partial<KubernetesConfig>),
      ...{ nodeName, stateFolder, version: packageFile.version, supervisor: supervisor.value },
      transferPort: number("transfer-port"),
      transferKey: text("transfer-key") ?? keptKey(stateFolder),
      podLogsFolder: text("pod-logs") ?? "/var/log/pods",
      keptPodsMax: number("kept-pods"),
      registryMirrors: mirrors.value,
      images: readImages(text("images")),
    },
  };
}

/** `docker.io=https://mirror.example`, `*=http://127.0.0.1:5000` */
function readMirrors(texts: readonly string[]): Result<ReadonlyMap<string, string>> {
  const mirrors = new Map<string, string>();
  for (const text of texts) {
    const [registry = "", url = ""] = text.split(/=(.*)/s);
    if (registry === "" || !/^https?:\/\/[^/]+$/.test(url))
      return { ok: false, error: `--registry-mirror ${text}: expected REGISTRY=http[s]://HOST[:PORT]` };
    mirrors.set(registry, url);
  }
  return { ok: true, value: mirrors };
}

const onNode = "hostPath:";

function readSupervisor(text: string): Result<SupervisorSource> {
  if (!text.startsWith(onNode)) return { ok: true, value: { image: text } };
  const hostPath = text.slice(onNode.length);
  if (hostPath.startsWith("/")) return { ok: true, value: { hostPath } };
  return { ok: false, error: `--supervisor ${text}: hostPath takes an absolute path of the node` };
}

/** A secret of this agent alone, kept so that Pods that run now still know their agent after its restart. */
function keptKey(stateFolder: string): string {
  const path = join(stateFolder, "transfer-key");
  if (!existsSync(path)) {
    mkdirSync(stateFolder, { recursive: true });
    writeFileSync(path, randomBytes(32).toString("base64url"), { mode: 0o600 });
  }
  return readFileSync(path, "utf8");
}
