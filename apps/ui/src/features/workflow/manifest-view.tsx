import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client.ts";
import { Failure, Loading } from "../../ui/states.tsx";
import { toYaml, YamlText } from "./yaml-text.tsx";

/** The workflow as it was submitted, as YAML. */
export function ManifestView({ namespace, name }: { namespace: string; name: string }) {
  const manifest = useQuery({
    queryKey: ["manifest", namespace, name],
    queryFn: async () =>
      toYaml(
        await answerOf(
          api.GET("/api/v1/workflows/{namespace}/{name}", {
            params: { path: { namespace, name }, query: { fields: "-status" } },
          }),
        ),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (manifest.isError) return <Failure error={manifest.error} onRetry={() => void manifest.refetch()} />;
  if (manifest.isPending) return <Loading lines={12} />;
  return <YamlText text={manifest.data} fileName={`${name}.yaml`} />;
}
