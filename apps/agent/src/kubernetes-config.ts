import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "@capstan/core";
import type { SupervisorSource } from "@capstan/kubernetes";
import packageFile from "../package.json" with { type: "json" };
import type { KubernetesConfig } from "./runtime/kubernetes/kubernetes-runtime.ts";

export interface KubernetesFlags {
  readonly text: (flag: string) => string | undefined;
  readonly number: (flag: string) => number;
  readonly nodeName: string;
  readonly stateFolder: string;
}

/** The settings of `--runtime kubernetes`; the error names the flag. */
export function readKubernetesConfig({
  text,
  number,
  nodeName,
  stateFolder,
}: KubernetesFlags): Result<KubernetesConfig> {
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
    },
  };
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
