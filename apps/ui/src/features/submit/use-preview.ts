import type { components } from "@capstan/client";
import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client.ts";
import { useSettled } from "../../ui/use-settled.ts";

export type Preview = components["schemas"]["ManifestsPreview"];
export type Problem = components["schemas"]["ManifestProblem"];
export type PreviewedDocument = Preview["documents"][number];

export interface TemplateSubmission {
  readonly resourceKind: string;
  readonly resourceName: string;
  readonly submitOptions: {
    readonly parameters: string[];
    readonly entryPoint?: string;
    readonly labels?: string;
    readonly name?: string;
  };
}

const typingPauseMs = 350;

/** What a text or a submission would do, asked once the typing pauses. `isCurrent` says whether the answer is to what is shown now. */
export function usePreview(namespace: string, asked: { readonly text: string } | TemplateSubmission | undefined) {
  const request = JSON.stringify([namespace, asked ?? null]);
  const settled = useSettled(request, typingPauseMs);
  const preview = useQuery({
    queryKey: ["preview", settled],
    queryFn: ({ signal }) => {
      const [place, body] = JSON.parse(settled) as [string, { text: string }];
      return answerOf(
        api.POST("/api/v1/capstan/workflows/{namespace}/preview", {
          params: { path: { namespace: place } },
          ...{ body, signal },
        }),
      );
    },
    enabled: asked !== undefined && JSON.parse(settled)[1] !== null,
    placeholderData: (before) => before,
    ...{ retry: false, gcTime: 60_000 },
  });
  const isCurrent = settled === request && preview.isSuccess && !preview.isPlaceholderData;
  return { preview, isCurrent };
}
