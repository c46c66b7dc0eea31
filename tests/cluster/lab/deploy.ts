// `npm run cluster:deploy`: builds Capstan's images, applies deploy/kustomize/local to the test cluster, waits until all of it is ready, and
// runs a workflow through it.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { workspace } from "../../../deploy/docker/image-sources.ts";
import { buildImages } from "./capstan-images.ts";

const name = setting("CAPSTAN_CLUSTER_NAME");
const images = { folder: join(setting("CAPSTAN_CLUSTER_CACHE"), "images"), program: setting("CAPSTAN_CLUSTER_BIN") };
const state = setting("CAPSTAN_CLUSTER_STATE");
const registry = setting("CAPSTAN_CLUSTER_REGISTRY");
const exec = join(import.meta.dirname, "exec.sh");
const namespace = "capstan";
const readyWithin = "180s";
const workflowMsMax = 120_000;

/** deploy.sh tells which cluster is meant. */
function setting(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) giveUp(`${variable} is not set: npm run cluster:deploy`);
  return value;
}

function say(line: string): void {
  process.stderr.write(`capstan: ${line}\n`);
}

function giveUp(line: string): never {
  say(line);
  process.exit(1);
}

/** Runs a command beside the cluster; gives its output, or ends with what it said. */
function beside(command: readonly string[], input?: string): string {
  const result = tryBeside(command, input);
  if (result.status !== 0) giveUp(`${command.join(" ")} failed:\n${result.stderr}${result.stdout}`);
  return result.stdout;
}

function tryBeside(command: readonly string[], input = ""): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(exec, command, { encoding: "utf8", input, maxBuffer: 64 * 1024 * 1024 });
}

function kubectl(...args: readonly string[]): string {
  return beside(["kubectl", ...args]);
}

/** Passwords are made once and stay. */
function ensureSecrets(): void {
  kubectl("apply", "-k", join(workspace, "deploy/kustomize/base/namespace"));
  if (tryBeside(["kubectl", "-n", namespace, "get", "secret", "capstan-agent"]).status === 0) return;
  const made = spawnSync(join(workspace, "deploy/make-secrets.sh"), { encoding: "utf8" });
  if (made.status !== 0) giveUp(`deploy/make-secrets.sh failed: ${made.stderr}`);
  beside(["kubectl", "create", "-f", "-"], made.stdout);
}

/** deploy/kustomize/local with the images as they are now, and with the folders and the registry of this cluster instead of the machine's own. */
function writeOverlay(digests: ReadonlyMap<string, string>): string {
  const folder = join(workspace, ".cache", "cluster", name);
  mkdirSync(folder, { recursive: true });
  const digestsByName = [...digests].map(([image, digest]) => {
    const [repository = ""] = image.split(":");
    return { name: repository.replace("library/", ""), digest };
  });
  const container = "spec.template.spec.containers.[name=agent]";
  const overlay = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: [relative(folder, join(workspace, "deploy/kustomize/local"))],
    images: digestsByName,
    replacements: [
      {
        source: {
          kind: "DaemonSet",
          name: "capstan-agent",
          fieldPath: "spec.template.spec.initContainers.[name=state].image",
        },
        targets: [
          {
            select: { kind: "DaemonSet", name: "capstan-agent" },
            fieldPaths: [`${container}.env.[name=CAPSTAN_SUPERVISOR].value`],
          },
        ],
      },
    ],
    patches: [
      {
        target: { kind: "DaemonSet", name: "capstan-agent" },
        patch: JSON.stringify([
          {
            op: "add",
            path: "/spec/template/spec/containers/0/args/-",
            value: `--registry-mirror=*=${registry}`,
          },
        ]),
      },
      {
        target: { kind: "DaemonSet", name: "capstan-agent" },
        patch: JSON.stringify({
          apiVersion: "apps/v1",
          kind: "DaemonSet",
          metadata: { name: "capstan-agent" },
          spec: {
            template: {
              spec: {
                containers: [
                  { name: "agent", volumeMounts: [{ name: "pod-logs", mountPath: "/var/log/pods", readOnly: true }] },
                ],
                volumes: [
                  { name: "state", hostPath: { path: join(state, "agent") } },
                  { name: "pod-logs", hostPath: { path: join(state, "pods") } },
                ],
              },
            },
          },
        }),
      },
    ],
  };
  writeFileSync(join(folder, "kustomization.yaml"), `${JSON.stringify(overlay, undefined, 2)}\n`);
  return folder;
}

function waitUntilReady(): void {
  for (const workload of ["statefulset/capstan-redis", "deployment/capstan-coordinator", "daemonset/capstan-agent"]) {
    const result = tryBeside(["kubectl", "-n", namespace, "rollout", "status", workload, `--timeout=${readyWithin}`]);
    if (result.status === 0) continue;
    giveUp(
      `${workload} is not ready after ${readyWithin}:\n${result.stderr}${kubectl("-n", namespace, "get", "pods,events")}`,
    );
  }
}

/** One workflow through the coordinator's Service; ends with 1 when it does not succeed. */
async function runHelloWorld(): Promise<void> {
  const forward = spawn(exec, ["kubectl", "-n", namespace, "port-forward", "service/capstan-coordinator", ":2746"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      forward.once("exit", () => reject(new Error("kubectl port-forward ended")));
      forward.stdout.on("data", (text) => {
        const address = /Forwarding from (127\.0\.0\.1:\d+)/.exec(String(text))?.[1];
        if (address !== undefined) resolve(`http://${address}`);
      });
    });
    const cli = join(workspace, "apps/cli/bin/capstan.mjs");
    const submit = ["--server", url, "submit", join(workspace, "examples/hello-world.yaml"), "--watch"];
    const run = spawnSync(exec, [process.execPath, cli, ...submit], {
      ...{ stdio: "inherit", timeout: workflowMsMax },
    });
    if (run.status !== 0) giveUp("examples/hello-world.yaml did not succeed");
  } finally {
    forward.kill();
  }
}

const digests = buildImages(images, say);
ensureSecrets();
kubectl("apply", "-k", writeOverlay(digests));
waitUntilReady();
await runHelloWorld();
say("the API: npm run cluster:exec -- kubectl -n capstan port-forward service/capstan-coordinator 2746");
