import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client.ts";
import { AnsiText } from "../../ui/ansi-text.tsx";

interface LogTailProps {
  readonly namespace: string;
  readonly name: string;
  readonly id: string;
}

const linesMax = 4;
const charactersMax = 1_000;

/** The last lines that a node wrote; nothing where they cannot be had. */
export function LogTail({ namespace, name, id }: LogTailProps) {
  const tail = useQuery({
    queryKey: ["log-tail", namespace, name, id],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET("/api/v1/capstan/workflows/{namespace}/{name}/nodes/{id}/log.txt", {
          params: { path: { namespace, name, id }, query: { tail: String(linesMax) } },
          parseAs: "text",
          signal,
        }),
      ),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const text = tail.data?.trimEnd().slice(-charactersMax) ?? "";
  if (text === "") return null;
  return (
    <pre className="log-tail">
      <AnsiText text={text} />
    </pre>
  );
}
