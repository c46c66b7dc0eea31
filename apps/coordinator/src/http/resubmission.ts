import type { Workflow } from "@capstan/core";

/** Labels that say how a run went: the next one has its own. */
const runLabels = [
  "phase",
  "completed",
  "creator",
  "creator-email",
  "creator-preferred-username",
  "workflow-archiving-status",
];

/** The same workflow once more, under a generated name and with a note of where it comes from. */
export function resubmission(workflow: Workflow): Workflow {
  const { name = "", labels = {}, annotations } = workflow.metadata;
  const kept = Object.entries(labels).filter(
    ([key]) => !runLabels.some((label) => key === `workflows.argoproj.io/${label}`),
  );
  const { shutdown: _, ...spec } = workflow.spec;
  return {
    apiVersion: workflow.apiVersion,
    kind: workflow.kind,
    metadata: {
      generateName: generatedNameStart(workflow),
      labels: { ...Object.fromEntries(kept), "workflows.argoproj.io/resubmitted-from-workflow": name },
      ...(annotations !== undefined && { annotations }),
    },
    spec,
  };
}

/** What the name of the next run begins with. */
function generatedNameStart({ metadata: { name = "", generateName } }: Workflow): string {
  return generateName || `${name}-`;
}
