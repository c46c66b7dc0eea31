import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { RequestError } from "../../api/client.ts";
import { Button } from "../../ui/controls.tsx";
import { PhaseBadge } from "../../ui/phase.tsx";
import { Empty, Failure, Freshness, Loading } from "../../ui/states.tsx";
import { Duration } from "../../ui/time.tsx";
import { EventsView } from "./events-view.tsx";
import { FindNode } from "./find-node.tsx";
import type { FocusRequest } from "./focus-request.ts";
import { GraphCanvas } from "./graph-canvas.tsx";
import { ManifestView } from "./manifest-view.tsx";
import { NodePanel } from "./node-panel.tsx";
import { ReplayBar } from "./replay-bar.tsx";
import { type Tab, tabs } from "./search.ts";
import { TimelineView } from "./timeline-view.tsx";
import { TreeView } from "./tree-view.tsx";
import { nothingOpened, openedTo, toggled, useGraph } from "./use-graph.ts";
import type { GraphHead } from "./vertices.ts";
import { WhyItFailed } from "./why-it-failed.tsx";
import { WhyItWaits } from "./why-it-waits.tsx";
import { WorkflowActions } from "./workflow-actions.tsx";
import "./workflow.css";

/** One workflow; another one begins afresh. */
export function WorkflowPage() {
  const { namespace, name } = useParams({ from: "/workflows/$namespace/$name" });
  return <Workflow key={`${namespace}/${name}`} namespace={namespace} name={name} />;
}

const tabNames: { readonly [T in Tab]: string } = {
  graph: "Graph",
  timeline: "Timeline",
  tree: "Tree",
  events: "Events",
  manifest: "Manifest",
};

function Workflow({ namespace, name }: { namespace: string; name: string }) {
  const search = useSearch({ from: "/workflows/$namespace/$name" });
  const navigate = useNavigate({ from: "/workflows/$namespace/$name" });
  const [opened, setOpened] = useState(nothingOpened);
  const [atMs, setAtMs] = useState<number>();
  const [showsCriticalPath, setShowsCriticalPath] = useState(false);
  const [focusRequest, setFocusRequest] = useState<FocusRequest>();
  const { head, graph, isDeleted, stream } = useGraph(namespace, name, opened, atMs);
  useEffect(() => {
    document.title = `${name} · Capstan`;
  }, [name]);
  const tab = search.tab ?? "graph";
  const select = (node: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, node }), replace: true, resetScroll: false });
  const view = {
    ...{ selectedId: search.node, focusRequest, onSelect: select },
    onToggle: (id: string, isExpanded: boolean) => setOpened((before) => toggled(before, id, isExpanded)),
  };
  const find = (id: string, path: readonly string[]) => {
    setOpened((before) => openedTo(before, id, path));
    select(id);
    setFocusRequest({ id });
  };
  if (stream.state === "refused" && graph === undefined) {
    return stream.problem.status === 404 ? (
      <Empty isWholePage title={`There is no workflow "${name}" in namespace "${namespace}"`} />
    ) : (
      <Failure error={new RequestError(stream.problem)} />
    );
  }
  return (
    <>
      <WorkflowHead
        {...{ namespace, name, head }}
        isPresent={atMs === undefined && !isDeleted}
        isDeleted={isDeleted}
        onFound={find}
      />
      <Freshness stream={stream} />
      <div className="row">
        <nav className="tabs" aria-label="Views" style={{ flex: 1 }}>
          {tabs.map((one) => (
            <button
              key={one}
              type="button"
              className="tab"
              aria-current={one === tab ? "page" : undefined}
              onClick={() => void navigate({ search: (before) => ({ ...before, tab: one }) })}
            >
              {tabNames[one]}
            </button>
          ))}
        </nav>
      </div>
      {tab !== "manifest" && tab !== "events" && graph !== undefined && (
        <div className="row">
          <FindNode namespace={namespace} name={name} onFound={find} />
          {tab === "graph" && (
            <Button aria-pressed={showsCriticalPath} onClick={() => setShowsCriticalPath(!showsCriticalPath)}>
              Critical path
            </Button>
          )}
          <Button
            aria-pressed={atMs !== undefined}
            onClick={() => setAtMs(atMs === undefined ? (graph.head.finishedAtMs ?? Date.now()) : undefined)}
          >
            Replay
          </Button>
          <Button onClick={() => setOpened(nothingOpened)}>Reset</Button>
        </div>
      )}
      {atMs !== undefined && (
        <ReplayBar namespace={namespace} name={name} atMs={atMs} onMove={setAtMs} onEnd={() => setAtMs(undefined)} />
      )}
      {graph === undefined && <Loading lines={8} />}
      <div className={search.node === undefined ? "workflow-body" : "workflow-body workflow-body-split"}>
        <div className="workflow-view">
          {graph !== undefined && tab === "graph" && (
            <GraphCanvas {...view} graph={graph} showsCriticalPath={showsCriticalPath} nowMs={atMs} />
          )}
          {graph !== undefined && tab === "timeline" && <TimelineView {...view} graph={graph} nowMs={atMs} />}
          {graph !== undefined && tab === "tree" && <TreeView {...view} graph={graph} />}
          {tab === "events" && <EventsView namespace={namespace} name={name} onSelect={select} />}
          {tab === "manifest" && <ManifestView namespace={namespace} name={name} />}
        </div>
        {search.node !== undefined && (
          <NodePanel
            {...{ namespace, name }}
            nodeId={search.node}
            vertex={graph?.byId.get(search.node)}
            onSelect={select}
            onToggle={view.onToggle}
          />
        )}
      </div>
    </>
  );
}

interface HeadProps {
  readonly namespace: string;
  readonly name: string;
  readonly head: GraphHead | undefined;
  /** What is shown of it is how it is now, so that something can be done with it. */
  readonly isPresent: boolean;
  readonly isDeleted: boolean;
  readonly onFound: (id: string, path: readonly string[]) => void;
}

function WorkflowHead({ namespace, name, head, isPresent, isDeleted, onFound }: HeadProps) {
  const hasFailed = head?.phase === "Failed" || head?.phase === "Error";
  return (
    <header className="stack">
      <div className="row">
        <h1>{name}</h1>
        <span className="muted">{namespace}</span>
        {head !== undefined && <PhaseBadge phase={head.phase} />}
        {head?.suspended && <span className="chip">suspended</span>}
        {head?.shutdown !== undefined && head.finishedAtMs === undefined && <span className="chip">ending</span>}
        {head !== undefined && (
          <span className="muted">
            {head.progress} done, <Duration fromMs={head.startedAtMs} toMs={head.finishedAtMs} />
          </span>
        )}
      </div>
      {isDeleted && (
        <p className="notice notice-warning" role="status">
          This workflow has been deleted. What you see is the last that was known of it.
        </p>
      )}
      {head !== undefined && hasFailed && isPresent && (
        <WhyItFailed {...{ namespace, name, onFound }} message={head.message} finishedAtMs={head.finishedAtMs} />
      )}
      {head?.phase === "Running" && isPresent && <WhyItWaits {...{ namespace, name, onFound }} />}
      {head?.message !== undefined && !hasFailed && <p className="notice">{head.message}</p>}
      {head !== undefined && isPresent && (
        <WorkflowActions namespace={namespace} name={name} phase={head.phase} suspended={head.suspended} />
      )}
    </header>
  );
}
