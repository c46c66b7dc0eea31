import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client.ts";
import { type FormField, formFields, type TemplateSpec, withDescriptions } from "../submit/template-fields.ts";

interface TemplateReference {
  readonly name?: string;
  readonly clusterScope?: boolean;
}

/** The parameters that a workflow has by now, as its template describes them. */
export function useWorkflowParameters(namespace: string, name: string) {
  return useQuery({
    queryKey: ["parameters", namespace, name],
    // A retry changes them: what was asked for an earlier dialog is no start for this one.
    gcTime: 0,
    queryFn: async (): Promise<readonly FormField[]> => {
      const query = { fields: "spec,status.storedWorkflowTemplateSpec" };
      const workflow = await answerOf(
        api.GET("/api/v1/workflows/{namespace}/{name}", { params: { path: { namespace, name }, query } }),
      );
      const whole = (workflow.status?.["storedWorkflowTemplateSpec"] ?? workflow.spec ?? {}) as TemplateSpec;
      const reference = workflow.spec?.["workflowTemplateRef"] as TemplateReference | undefined;
      const template = reference && (await readTemplate(namespace, reference));
      return formFields(withDescriptions(whole, template), undefined);
    },
  });
}

/** Undefined where it was deleted: the workflow does not need it. */
async function readTemplate(namespace: string, reference: TemplateReference): Promise<TemplateSpec | undefined> {
  const name = reference.name ?? "";
  const { data } = reference.clusterScope
    ? await api.GET("/api/v1/cluster-workflow-templates/{name}", { params: { path: { name } } })
    : await api.GET("/api/v1/workflow-templates/{namespace}/{name}", { params: { path: { namespace, name } } });
  return data?.spec as TemplateSpec | undefined;
}
