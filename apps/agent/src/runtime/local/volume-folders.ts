import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Result, Task } from "@capstan/core";
import type { TaskDirectory } from "./task-directory.ts";
import type { VolumePlan } from "./volume-plan.ts";

/** Makes the folder of a volume (again, if it is there) and says where it is. */
export async function volumeFolder(
  name: string,
  plan: VolumePlan,
  task: Task,
  directory: TaskDirectory,
  stateFolder: string,
): Promise<Result<string>> {
  switch (plan.kind) {
    case "task-folder":
      return { ok: true, value: openFolder(directory.at("vol", segment(name))) };
    case "workflow-folder":
      return {
        ok: true,
        value: openFolder(join(stateFolder, "volumes", segment(task.workflowUid), segment(plan.claim))),
      };
    case "claim-folder":
      return { ok: true, value: openFolder(join(stateFolder, "claims", segment(task.namespace), segment(plan.claim))) };
    case "files":
      return { ok: true, value: writeFiles(directory.at("vol", segment(name)), plan.files) };
    case "host-path":
      return hostPath(plan);
    case "unavailable":
      return { ok: false, error: plan.error };
  }
}

/** Any user of a container may write into a volume, as into a Kubernetes emptyDir. */
function openFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o777);
  return path;
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): string {
  openFolder(folder);
  for (const [path, content] of Object.entries(files)) {
    const parts = path.split("/").map(segment);
    const file = join(folder, ...parts);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return folder;
}

async function hostPath(plan: Extract<VolumePlan, { kind: "host-path" }>): Promise<Result<string>> {
  if (plan.create === "directory") mkdirSync(plan.path, { recursive: true });
  if (plan.create === "file") writeFileSync(plan.path, "", { flag: "a" });
  const exists = await stat(plan.path).then(
    () => true,
    () => false,
  );
  return exists
    ? { ok: true, value: plan.path }
    : { ok: false, error: `hostPath "${plan.path}" does not exist on this node` };
}

/** A name as one part of a path that cannot climb. */
function segment(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9._-]/g, "_");
  return safe === "" || safe === "." || safe === ".." ? `_${safe}` : safe;
}
