import { templateKey, type WorkflowBundle } from "@capstan/core";
import type { CronWorkflow } from "../decode.ts";
import { mergeSpecs } from "../merge/merge-specs.ts";
import { error, type Problem } from "../problem.ts";
import { scheduleMistake } from "./schedule.ts";
import type { ValidateOptions } from "./validation.ts";
import { validateWorkflow } from "./workflow.ts";

const nameLengthMax = 52;
const policies = ["Allow", "Forbid", "Replace"];

/** Checks a CronWorkflow: schedules, time zone, policy, and the workflow that it makes. */
export function validateCronWorkflow(
  cron: CronWorkflow,
  workflowTemplates: WorkflowBundle["workflowTemplates"] = {},
  options: Omit<ValidateOptions, "isTemplate"> = {},
): Problem[] {
  return [
    ...checkName(cron),
    ...checkSchedules(cron),
    ...checkSpec(cron),
    ...checkWorkflow(cron, workflowTemplates, options),
  ];
}

function checkName(cron: CronWorkflow): Problem[] {
  const length = (cron.metadata.name ?? "").length;
  if (length <= nameLengthMax) return [];
  const message = `The name has ${length} characters; a CronWorkflow's has at most ${nameLengthMax}, since its workflows add the time to it.`;
  return [error("INVALID_NAME", ["metadata", "name"], message)];
}

function checkSchedules(cron: CronWorkflow): Problem[] {
  const schedules = cron.spec.schedules ?? [];
  if (schedules.length === 0) {
    return [error("REQUIRED", ["spec", "schedules"], 'A CronWorkflow needs at least one schedule, as "0 9 * * *".')];
  }
  return schedules.flatMap((schedule, index) => {
    const mistake = scheduleMistake(schedule);
    if (mistake === undefined) return [];
    return [error("SCHEDULE", ["spec", "schedules", index], `The schedule ${JSON.stringify(schedule)} ${mistake}.`)];
  });
}

function checkSpec(cron: CronWorkflow): Problem[] {
  const problems: Problem[] = [];
  const { timezone, concurrencyPolicy, startingDeadlineSeconds } = cron.spec;
  if (timezone && !isTimeZone(timezone)) {
    const message = `${JSON.stringify(timezone)} is no time zone: use an IANA name, as Europe/Berlin.`;
    problems.push(error("INVALID_VALUE", ["spec", "timezone"], message));
  }
  if (concurrencyPolicy && !policies.includes(concurrencyPolicy)) {
    const message = `${JSON.stringify(concurrencyPolicy)} is no concurrencyPolicy: use one of ${policies.join(", ")}.`;
    problems.push(error("INVALID_VALUE", ["spec", "concurrencyPolicy"], message));
  }
  if (startingDeadlineSeconds !== undefined && startingDeadlineSeconds < 0) {
    problems.push(error("INVALID_VALUE", ["spec", "startingDeadlineSeconds"], "It must not be negative."));
  }
  return problems;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function checkWorkflow(
  cron: CronWorkflow,
  workflowTemplates: WorkflowBundle["workflowTemplates"],
  options: Omit<ValidateOptions, "isTemplate">,
): Problem[] {
  const { workflowSpec, workflowMetadata } = cron.spec;
  if (workflowSpec === undefined) return [error("REQUIRED", ["spec"], "A CronWorkflow needs workflowSpec.")];
  const reference = workflowSpec.workflowTemplateRef;
  const key = templateKey(reference?.name ?? "", reference?.clusterScope === true);
  const referenced =
    reference !== undefined && Object.hasOwn(workflowTemplates, key) ? workflowTemplates[key] : undefined;
  const workflow = {
    apiVersion: cron.apiVersion,
    kind: "Workflow",
    metadata: workflowMetadata ?? {},
    spec: mergeSpecs(workflowSpec, referenced, undefined),
    ...(referenced === undefined ? {} : { status: { storedWorkflowTemplateSpec: {} } }),
  } as const;
  const problems = validateWorkflow({ workflow, workflowTemplates, configMaps: {} }, options);
  return problems.map((problem) => ({ ...problem, path: problem.path.replace(/^spec\b/, "spec.workflowSpec") }));
}
