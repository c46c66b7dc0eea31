import type { components } from "@capstan/client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { Button } from "../../ui/controls.tsx";
import { type NodePhase, PhaseBadge } from "../../ui/phase.tsx";
import { Failure, Loading } from "../../ui/states.tsx";
import { Duration } from "../../ui/time.tsx";
import { LogView } from "./log-view.tsx";
import { Values } from "./node-values.tsx";
import { PodView } from "./pod-view.tsx";
import { SuspendedForm } from "./suspended-form.tsx";
import { TaskView } from "./task-view.tsx";
import type { Vertex } from "./vertices.ts";

export type NodeDetail = components["schemas"]["NodeDetail"];

interface NodePanelProps {
  readonly namespace: string;
  readonly name: string;
  readonly nodeId: string;
  /** What the graph knows of it now; it is asked for anew when that changes. */
  readonly vertex: Vertex | undefined;
  readonly onSelect: (id: string | undefined) => void;
  readonly onToggle: (id: string, isExpanded: boolean) => void;
}

/** Of the window's height: what begins below it is not noticed. */
const outOfSightShare = 0.6;

/** One node: what went in, what came out, its attempts, its log. */
export function NodePanel({ namespace, name, nodeId, vertex, onSelect, onToggle }: NodePanelProps) {
  const isVirtual = vertex?.kind === "Loop" || vertex?.kind === "More";
  const detail = useQuery({
    queryKey: ["node", namespace, name, nodeId, vertex?.phase, vertex?.message, vertex?.runStartedAtMs],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET("/api/v1/capstan/workflows/{namespace}/{name}/nodes/{id}", {
          params: { path: { namespace, name, id: nodeId } },
          signal,
        }),
      ),
    enabled: !isVirtual,
    placeholderData: (before) => (before?.node.id === nodeId ? before : undefined),
  });
  const panel = useRef<HTMLElement>(null);
  // On a narrow screen it stands below the graph: who chooses a node would see nothing happen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each node once.
  useEffect(() => {
    const top = panel.current?.getBoundingClientRect().top ?? 0;
    if (top > innerHeight * outOfSightShare) panel.current?.scrollIntoView({ block: "start" });
  }, [nodeId]);
  return (
    <aside ref={panel} className="card node-panel" aria-label="Node">
      <div className="row">
        <h2>{detail.data?.node.displayName ?? vertex?.name ?? nodeId}</h2>
        <Button look="quiet" className="spread" aria-label="Close the node" onClick={() => onSelect(undefined)}>
          ✕
        </Button>
      </div>
      {vertex?.childCount !== undefined && vertex.kind !== "More" && (
        <div>
          <Button onClick={() => onToggle(vertex.id, vertex.expanded === true)}>
            {vertex.expanded ? "Close" : `Show its ${vertex.childCount.toLocaleString()} nodes`}
          </Button>
        </div>
      )}
      {vertex !== undefined && isVirtual && <ContainerSummary vertex={vertex} />}
      {detail.isError && <Failure error={detail.error} onRetry={() => void detail.refetch()} />}
      {!isVirtual && detail.isPending && <Loading />}
      {detail.data !== undefined && (
        <Detail detail={detail.data} namespace={namespace} name={name} onSelect={onSelect} />
      )}
    </aside>
  );
}

/** What has no node of its own: how its items fare. */
function ContainerSummary({ vertex }: { vertex: Vertex }) {
  const counts = Object.entries(vertex.counts ?? {});
  return (
    <>
      <div className="row">
        <PhaseBadge phase={vertex.phase} />
        <span className="muted">{vertex.kind === "Loop" ? "Items of a loop" : "Not shown"}</span>
        <Duration fromMs={vertex.startedAtMs} toMs={vertex.finishedAtMs} />
      </div>
      <dl className="facts">
        {vertex.templateName && <Fact name="Template">{vertex.templateName}</Fact>}
        {counts.map(([phase, count]) => (
          <Fact key={phase} name={phase}>
            {count.toLocaleString()}
          </Fact>
        ))}
      </dl>
    </>
  );
}

type Section = "summary" | "log" | "inputs" | "pod" | "task" | "template";

function Detail(props: { detail: NodeDetail; namespace: string; name: string; onSelect: (id: string) => void }) {
  const { detail, namespace, name, onSelect } = props;
  const { node } = detail;
  const hasFailed = node.phase === "Failed" || node.phase === "Error";
  const [section, setSection] = useState<Section>(hasFailed && detail.hasLog ? "log" : "summary");
  // biome-ignore lint/correctness/useExhaustiveDependencies: another node begins at what matters of it.
  useEffect(() => setSection(hasFailed && detail.hasLog ? "log" : "summary"), [node.id]);
  const sections: readonly (readonly [Section, string])[] = [
    ["summary", "Summary"],
    ...(detail.hasLog ? [["log", "Log"] as const] : []),
    ["inputs", "Inputs and outputs"],
    ...(detail.taskId === undefined ? [] : [["pod", "Pod"] as const, ["task", "Task"] as const]),
    ...(detail.template === undefined ? [] : [["template", "Template"] as const]),
  ];
  return (
    <>
      <div className="row">
        <PhaseBadge phase={node.phase as NodePhase} />
        <span className="muted">{node.type}</span>
        <Duration fromMs={detail.times.runStartedAtMs ?? detail.times.startedAtMs} toMs={detail.times.finishedAtMs} />
      </div>
      {node.message !== undefined && node.message !== "" && (
        <p className={hasFailed ? "notice notice-error" : "notice"}>{node.message}</p>
      )}
      {node.type === "Suspend" && node.phase === "Running" && (
        <SuspendedForm detail={detail} namespace={namespace} name={name} />
      )}
      <div className="tabs" role="tablist" aria-label="Parts of the node">
        {sections.map(([id, title]) => (
          <button
            key={id}
            type="button"
            role="tab"
            className="tab"
            aria-selected={section === id}
            onClick={() => setSection(id)}
          >
            {title}
          </button>
        ))}
      </div>
      {section === "summary" && <Summary detail={detail} onSelect={onSelect} />}
      {section === "log" && (
        <LogView
          key={node.id}
          namespace={namespace}
          name={name}
          nodeId={node.id}
          isRunning={node.phase === "Running"}
        />
      )}
      {section === "inputs" && (
        <div className="stack">
          <h3>Inputs</h3>
          <Values values={node.inputs} />
          <h3>Outputs</h3>
          <Values values={node.outputs} />
        </div>
      )}
      {section === "pod" && (
        <PodView
          key={node.id}
          namespace={namespace}
          name={name}
          nodeId={node.id}
          phase={node.phase}
          onShowTask={() => setSection("task")}
        />
      )}
      {section === "task" && <TaskView namespace={namespace} name={name} nodeId={node.id} phase={node.phase} />}
      {section === "template" && <pre className="code">{JSON.stringify(detail.template, null, 2)}</pre>}
    </>
  );
}

function Summary({ detail, onSelect }: { detail: NodeDetail; onSelect: (id: string) => void }) {
  const { node, times, path, attempts, podName, pool } = detail;
  const { startedAtMs, runStartedAtMs, finishedAtMs } = times;
  const isTask = podName !== undefined;
  return (
    <div className="stack">
      <dl className="facts">
        <Fact name="Name">{node.name}</Fact>
        {path.length > 0 && (
          <Fact name="Within">
            {path.map(({ id, name }, index) => (
              <span key={id}>
                {index > 0 && " › "}
                <button type="button" className="link" onClick={() => onSelect(id)}>
                  {name}
                </button>
              </span>
            ))}
          </Fact>
        )}
        {node.templateName && <Fact name="Template">{node.templateName}</Fact>}
        {startedAtMs !== undefined && <Fact name="Created">{new Date(startedAtMs).toLocaleString()}</Fact>}
        {isTask && startedAtMs !== undefined && (
          <Fact name="Waited">
            <Duration fromMs={startedAtMs} toMs={runStartedAtMs ?? finishedAtMs} />
          </Fact>
        )}
        {isTask && runStartedAtMs !== undefined && (
          <Fact name="Ran">
            <Duration fromMs={runStartedAtMs} toMs={finishedAtMs} />
          </Fact>
        )}
        {isTask && <Fact name="Pod">{podName}</Fact>}
        {isTask && <Fact name="Pool">{pool}</Fact>}
        {node.hostNodeName && <Fact name="Host">{node.hostNodeName}</Fact>}
        <Fact name="Id">{node.id}</Fact>
      </dl>
      {attempts.length > 0 && (
        <section className="stack" aria-label="Attempts">
          <h3>Attempts</h3>
          <ol className="attempts">
            {attempts.map((attempt) => (
              <li key={attempt.id}>
                <PhaseBadge phase={attempt.phase as NodePhase} />
                <button
                  type="button"
                  className="link"
                  onClick={() => onSelect(attempt.id)}
                  aria-current={attempt.id === node.id}
                >
                  {attempt.name}
                </button>
                <Duration fromMs={attempt.startedAtMs} toMs={attempt.finishedAtMs} />
                {attempt.message && <span className="muted">{attempt.message}</span>}
              </li>
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
