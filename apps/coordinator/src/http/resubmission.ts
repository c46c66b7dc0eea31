import {
  type StoredWorkflow,
  type Workflow,
  type WorkflowBundle,
  type WorkflowSpec,
  withParameters,
} from "@capstan/core";

/** Labels that say how a run went: the next one has its own. */
const runLabels = [
  "phase",
  "completed",
  "creator",
  "creator-email",
  "creator-preferred-username",
  "workflow-archiving-status",
];

/**
 * The same workflow once more, with the parameters that it ran with last, under a generated name and with a note of where it comes from. What
 * it has of WorkflowTemplates, it takes from them as they are now.
 */
export function resubmission({ bundle, header }: Pick<StoredWorkflow, "bundle" | "header">): Workflow {
  const { workflow } = bundle;
  const { name = "", labels = {}, annotations } = workflow.metadata;
  const kept = Object.entries(labels).filter(
    ([key]) => !runLabels.some((label) => key === `workflows.argoproj.io/${label}`),
  );
  const { shutdown: _, ...spec } = withParameters(writtenSpec(bundle), header.machine["parameters"]);
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

function writtenSpec({ workflow, writtenSpec: written }: WorkflowBundle): WorkflowSpec {
  if (written !== undefined || workflow.spec.workflowTemplateRef === undefined) return written ?? workflow.spec;
  // Stored before specs were kept as they were written: what is refused beside the reference goes.
  const { templates: _, ...spec } = workflow.spec;
  return spec;
}

/** What the name of the next run begins with. */
function generatedNameStart({ metadata: { name = "", generateName } }: Workflow): string {
  return generateName || `${name}-`;
}
