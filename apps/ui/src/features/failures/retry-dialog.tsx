import type { components } from "@capstan/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { Button, Dialog } from "../../ui/controls.tsx";
import { Failure, Loading } from "../../ui/states.tsx";
import { ParameterFields } from "../submit/parameter-field.tsx";
import { changedParameters } from "../submit/template-fields.ts";
import { useWorkflowParameters } from "../workflow/workflow-parameters.ts";
import { FailedImageField } from "./failed-image.tsx";

type FailureDetail = components["schemas"]["FailureDetail"];

interface RetryDialogProps {
  readonly failure: FailureDetail["failure"];
  /** Those that are failed now: at least one. */
  readonly failed: FailureDetail["workflows"];
  readonly onClose: () => void;
}

/** Asks how the workflows of a failure are to be tried again. */
export function RetryDialog({ failure, failed, onClose }: RetryDialogProps) {
  const queries = useQueryClient();
  const { namespace, fingerprint } = failure;
  const params = { path: { namespace, fingerprint } };
  const latest = failed[0]?.name ?? "";
  const fields = useWorkflowParameters(namespace, latest);
  const failedImage = useQuery({
    queryKey: ["failed-image", namespace, fingerprint],
    queryFn: ({ signal }) =>
      answerOf(api.GET("/api/v1/capstan/failures/{namespace}/{fingerprint}/image", { params, signal })),
  });
  const [values, setValues] = useState<ReadonlyMap<string, string>>(new Map());
  const [image, setImage] = useState("");
  const [wantsNew, setWantsNew] = useState(false);
  const [canary, setCanary] = useState(failed.length > 1);
  const hasOtherImage = image.trim() !== "" && image.trim() !== failedImage.data?.image;
  const isAnew = wantsNew || hasOtherImage;
  const begin = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST("/api/v1/capstan/failures/{namespace}/{fingerprint}/retries", {
          params,
          body: {
            ...{ canary, anew: isAnew, parameters: [...changedParameters(fields.data ?? [], values)] },
            ...(hasOtherImage && { image: image.trim() }),
          },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["bulk-retries", namespace, fingerprint] });
      onClose();
    },
  });
  return (
    <Dialog
      title={failed.length === 1 ? "Try the workflow again" : `Try ${failed.length} workflows again`}
      onClose={onClose}
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          begin.mutate();
        }}
      >
        {(fields.isPending || failedImage.isPending) && <Loading />}
        {fields.isError && <Failure error={fields.error} onRetry={() => void fields.refetch()} />}
        {failed.length > 1 && fields.data !== undefined && fields.data.length > 0 && (
          <p className="muted">
            These are the parameters of {latest}. Where you change nothing, each workflow keeps its own.
          </p>
        )}
        {fields.data !== undefined && <ParameterFields fields={fields.data} values={values} onChange={setValues} />}
        {failedImage.data !== undefined && (
          <FailedImageField failed={failedImage.data} image={image} onChange={setImage} />
        )}
        <label className="check">
          <input
            type="checkbox"
            checked={isAnew}
            disabled={hasOtherImage}
            onChange={(event) => setWantsNew(event.target.checked)}
          />
          As new workflows, from the beginning
        </label>
        <label className="check">
          <input type="checkbox" checked={canary} onChange={(event) => setCanary(event.target.checked)} />
          One first; the rest when it has succeeded
        </label>
        <p className="muted">{explain(isAnew, hasOtherImage)}</p>
        {begin.isError && <Failure error={begin.error} />}
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={begin.isPending || fields.isPending}>
            {canary && failed.length > 1 ? "Try the first" : "Try again"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function explain(isAnew: boolean, hasOtherImage: boolean): string {
  if (hasOtherImage)
    return "An image is part of the manifest: each workflow runs once more as a new one, with that image in place of the old one.";
  return isAnew
    ? "Each workflow runs once more as a new one; what it takes from WorkflowTemplates, it takes as they are now."
    : "Each workflow goes on where it failed; what has succeeded is kept.";
}
