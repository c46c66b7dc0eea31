import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { phaseClass, phaseSigns } from "../../ui/phase.tsx";
import { Failure } from "../../ui/states.tsx";
import { useSettled } from "../../ui/use-settled.ts";

interface FindNodeProps {
  readonly namespace: string;
  readonly name: string;
  readonly onFound: (id: string, path: readonly string[]) => void;
}

const typingPauseMs = 200;

/** Finds a node among all of the workflow, also those that are not drawn. */
export function FindNode({ namespace, name, onFound }: FindNodeProps) {
  const [text, setText] = useState("");
  const asked = useSettled(text.trim(), typingPauseMs);
  const listId = useId();
  const isOpen = text.trim() !== "" && asked !== "";
  const isFailures = asked === "!";
  const found = useQuery({
    queryKey: ["find", namespace, name, asked],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET("/api/v1/capstan/workflows/{namespace}/{name}/find", {
          params: {
            path: { namespace, name },
            query: { limit: "30", ...(isFailures ? { phase: "Failed,Error" } : { text: asked }) },
          },
          signal,
        }),
      ),
    enabled: asked !== "",
    placeholderData: (before) => before,
  });
  // What stands there while the next answer is on its way is not what Enter means.
  const isCurrent = asked === text.trim() && !found.isPlaceholderData;
  const choose = (id: string, path: readonly string[]) => {
    onFound(id, path);
    setText("");
  };
  return (
    <div className="find">
      <input
        className="input"
        type="search"
        aria-label="Find a node"
        aria-controls={isOpen ? listId : undefined}
        placeholder="Find a node (! for failed ones)"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          const [first] = found.data?.items ?? [];
          if (event.key === "Enter" && isCurrent && first !== undefined) choose(first.id, first.path);
          if (event.key === "Escape") setText("");
        }}
      />
      {isOpen && (
        <div id={listId} className="find-results card">
          {found.isError && <Failure error={found.error} />}
          {found.data !== undefined && (
            <p className="muted" role="status">
              {found.data.total === 0 ? "No node is like that." : `${found.data.total.toLocaleString()} found`}
            </p>
          )}
          <ul>
            {found.data?.items.map(({ id, name: nodeName, phase, message, path }) => (
              <li key={id}>
                <button type="button" className={`find-result ${phaseClass(phase)}`} onClick={() => choose(id, path)}>
                  <span className="phase" aria-hidden="true">
                    {phaseSigns[phase]}
                  </span>
                  <span>{nodeName}</span>
                  {message !== undefined && <span className="muted">{message}</span>}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
