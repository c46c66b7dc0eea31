import type { components } from "@capstan/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { Button, Dialog, Field } from "../../ui/controls.tsx";
import { Failure } from "../../ui/states.tsx";

type FailureGroup = components["schemas"]["FailureGroup"];

interface RetryDialogProps {
  readonly failure: FailureGroup;
  readonly failedCount: number;
  readonly onClose: () => void;
}

/** Asks how the workflows of a failure are to be tried again. */
export function RetryDialog({ failure, failedCount, onClose }: RetryDialogProps) {
  const queries = useQueryClient();
  const { namespace, fingerprint, example } = failure;
  const [parameters, setParameters] = useState("");
  const [image, setImage] = useState("");
  const [canary, setCanary] = useState(failedCount > 1);
  const isResubmission = image.trim() !== "" && image.trim() !== example.image;
  const begin = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST("/api/v1/capstan/failures/{namespace}/{fingerprint}/retries", {
          params: { path: { namespace, fingerprint } },
          body: {
            canary,
            parameters: parameters
              .split("\n")
              .map((line) => line.trim())
              .filter((line) => line !== ""),
            ...(isResubmission && { image: image.trim() }),
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
      title={failedCount === 1 ? "Try the workflow again" : `Try ${failedCount} workflows again`}
      onClose={onClose}
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          begin.mutate();
        }}
      >
        <Field label="Changed parameters: NAME=VALUE, one a line">
          <textarea
            className="input mono"
            rows={3}
            value={parameters}
            onChange={(event) => setParameters(event.target.value)}
            placeholder={Object.entries(example.parameters)
              .slice(0, 2)
              .map(([name, value]) => `${name}=${value}`)
              .join("\n")}
          />
        </Field>
        {example.image !== undefined && (
          <Field label={`Another image instead of ${example.image}`}>
            <input className="input mono" value={image} onChange={(event) => setImage(event.target.value)} />
          </Field>
        )}
        <label className="row">
          <input type="checkbox" checked={canary} onChange={(event) => setCanary(event.target.checked)} />
          One first; the rest when it has succeeded
        </label>
        <p className="muted">
          {isResubmission
            ? "An image is part of the manifest: each workflow runs once more as a new one, with that image in place of the old one."
            : "Each workflow goes on where it failed; what has succeeded is kept."}
        </p>
        {begin.isError && <Failure error={begin.error} />}
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={begin.isPending}>
            {canary && failedCount > 1 ? "Try the first" : "Try again"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
