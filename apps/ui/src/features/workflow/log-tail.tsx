import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "../../api/client.ts";
import { AnsiText } from "../../ui/ansi-text.tsx";

interface LogTailProps {
  readonly namespace: string;
  readonly name: string;
  readonly id: string;
  /** Of the run that wrote them: a retry runs the same node again. */
  readonly endedAtMs: number | undefined;
}

const linesMax = 4;
const charactersMax = 400;

/** The last lines that a node wrote; nothing where they cannot be had. */
export function LogTail({ namespace, name, id, endedAtMs }: LogTailProps) {
  const tail = useQuery({
    queryKey: ["log-tail", namespace, name, id, endedAtMs],
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
  const lines = lastLines(tail.data ?? "");
  if (lines.length === 0) return null;
  return (
    <pre className="log-tail">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what was written stays.
        <div key={index}>
          <AnsiText text={line} />
        </div>
      ))}
    </pre>
  );
}

/** Lines of the text file without the times that it has before each. */
function lastLines(text: string): readonly string[] {
  const shown = text.trimEnd();
  return shown === "" ? [] : shown.split("\n").map((line) => line.replace(/^\S+Z /, "").slice(0, charactersMax));
}
