import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { Button } from "../../ui/controls.tsx";
import { Failure, Loading } from "../../ui/states.tsx";

/** The workflow as it was submitted, or with its status, as YAML. */
export function ManifestView({ namespace, name }: { namespace: string; name: string }) {
  const [isCopied, setCopied] = useState(false);
  const manifest = useQuery({
    queryKey: ["manifest", namespace, name],
    queryFn: async () => {
      const [workflow, yaml] = await Promise.all([
        answerOf(
          api.GET("/api/v1/workflows/{namespace}/{name}", {
            params: { path: { namespace, name }, query: { fields: "-status" } },
          }),
        ),
        import("yaml"),
      ]);
      return yaml.stringify(workflow, { lineWidth: 0 });
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (manifest.isError) return <Failure error={manifest.error} onRetry={() => void manifest.refetch()} />;
  if (manifest.isPending) return <Loading lines={12} />;
  const copy = () =>
    navigator.clipboard?.writeText(manifest.data).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <div className="stack">
      <div className="row">
        <Button onClick={() => void copy()}>{isCopied ? "Copied" : "Copy"}</Button>
        <a
          className="button"
          download={`${name}.yaml`}
          href={URL.createObjectURL(new Blob([manifest.data], { type: "application/yaml" }))}
        >
          Download
        </a>
      </div>
      <pre className="card code">{manifest.data}</pre>
    </div>
  );
}
