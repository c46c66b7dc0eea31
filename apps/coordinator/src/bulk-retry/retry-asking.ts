import {
  type JsonObject,
  type RetryAnswer,
  type RetryHow,
  type RetryTarget,
  replaceImage,
  shardOf,
} from "@capstan/core";
import { admitWorkflow } from "../http/admission.ts";
import { ApiError } from "../http/api-error.ts";
import type { HttpDependencies } from "../http/dependencies.ts";
import { resubmission } from "../http/resubmission.ts";

/**
 * Asks for one workflow to be tried again, as the API would. Safe to repeat: what runs already is left alone, and a new workflow has the uid that
 * was chosen for it. Rejects only where asking again may help.
 */
export async function askForTarget(
  dependencies: HttpDependencies,
  namespace: string,
  target: RetryTarget,
  how: RetryHow,
): Promise<RetryAnswer> {
  try {
    return how.kind === "retry"
      ? await retry(dependencies, namespace, target, how.parameters)
      : await resubmit(dependencies, namespace, target, how);
  } catch (error) {
    // A manifest that is refused now is refused again.
    if (error instanceof ApiError && error.code === "InvalidArgument") return { refused: error.message };
    throw error;
  }
}

async function retry(
  { inbox, phases, shardCount }: HttpDependencies,
  namespace: string,
  { uid, name }: RetryTarget,
  parameters: readonly string[],
): Promise<RetryAnswer> {
  const [phase] = await phases.phasesOf([{ namespace, name, uid }]);
  if (phase === undefined || phase === "absent") return { refused: "it was deleted" };
  // Somebody retried it, perhaps this very coordinator before a crash: what becomes of it is seen all the same.
  if (phase !== "Failed" && phase !== "Error") return {};
  const event = { type: "retry-requested", restartSuccessful: false, parameters } as const;
  const [inboxId] = await inbox.append(shardOf(namespace, name, shardCount), [{ workflowUid: uid, event }]);
  return inboxId === undefined ? {} : { inboxId };
}

async function resubmit(
  dependencies: HttpDependencies,
  namespace: string,
  { uid, name, again }: RetryTarget,
  { image, parameters }: Extract<RetryHow, { kind: "resubmit" }>,
): Promise<RetryAnswer> {
  const { reader, inbox, shardCount } = dependencies;
  const head = await reader.getHead(shardOf(namespace, name, shardCount), uid);
  if (head === undefined || again === undefined) return { refused: "it was deleted" };
  const next = resubmission(head);
  const changed = image === undefined ? { workflow: next, count: 0 } : replaceImage(next, image.from, image.to);
  if (image !== undefined && changed.count === 0)
    return {
      refused: `the image ${image.from} is not in its manifest as it stands: it comes from a template or a parameter`,
    };
  const admitted = await admitWorkflow(dependencies, namespace, changed.workflow as unknown as JsonObject, {
    options: { parameters },
  });
  const { workflow } = admitted.bundle;
  const metadata = { ...workflow.metadata, uid: again.uid, name: again.name };
  const result = await inbox.submit(shardOf(namespace, again.name, shardCount), {
    ...admitted.bundle,
    workflow: { ...workflow, metadata },
  });
  return result.accepted ? { inboxId: result.inboxId } : { refused: `the name ${again.name} is taken` };
}
