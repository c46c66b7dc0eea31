import type { components } from "@capstan/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { answerOf, api } from "../../api/client.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { Empty, Failure, Loading, Outdated } from "../../ui/states.tsx";
import { Ago } from "../../ui/time.tsx";
import "./failures.css";
import { Table } from "../../ui/table.tsx";

export type FailureGroup = components["schemas"]["FailureGroup"];

const route = getRouteApi("/failures");
const refreshMs = 5_000;
const pageSize = 50;

/** What fails, grouped by cause. */
export function FailuresPage() {
  const { namespace } = route.useSearch();
  const pages = useInfiniteQuery({
    queryKey: ["failures", namespace],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        limit: String(pageSize),
        ...(namespace !== undefined && { namespace }),
        ...(pageParam !== "" && { continue: pageParam }),
      };
      return answerOf(api.GET("/api/v1/capstan/failures", { params: { query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.continue,
    refetchInterval: refreshMs,
  });
  const groups = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="stack">
      <h1>Failures</h1>
      <NamespaceFilter namespace={namespace} />
      {pages.isError && pages.data === undefined && (
        <Failure error={pages.error} onRetry={() => void pages.refetch()} />
      )}
      {pages.isError && pages.data !== undefined && <Outdated atMs={pages.dataUpdatedAt} />}
      {pages.isPending && <Loading />}
      {pages.data !== undefined && groups.length === 0 && (
        <Empty title="Nothing has failed">
          <p>
            {namespace === undefined
              ? "Failures of the last 30 days are grouped here by their cause."
              : `No failure of the last 30 days is of the namespace ${namespace}.`}
          </p>
        </Empty>
      )}
      {groups.length > 0 && <FailureTable groups={groups} />}
      {pages.hasNextPage && (
        <div>
          <Button onClick={() => void pages.fetchNextPage()} disabled={pages.isFetchingNextPage}>
            Show more
          </Button>
        </div>
      )}
    </div>
  );
}

function NamespaceFilter({ namespace }: { namespace: string | undefined }) {
  const navigate = route.useNavigate();
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget).get("namespace");
        const text = typeof given === "string" ? given.trim() : "";
        void navigate({ search: text === "" ? {} : { namespace: text } });
      }}
    >
      <Field label="Namespace">
        <input key={namespace} className="input" name="namespace" defaultValue={namespace ?? ""} placeholder="all" />
      </Field>
    </form>
  );
}

function FailureTable({ groups }: { groups: readonly FailureGroup[] }) {
  return (
    <Table columns={["What failed", "Workflows", "Attempts", "Image", "Nodes", "First", "Last"]}>
      {groups.map((group) => (
        <FailureRow key={`${group.namespace}/${group.fingerprint}`} group={group} />
      ))}
    </Table>
  );
}

function FailureRow({ group }: { group: FailureGroup }) {
  const { namespace, fingerprint, example } = group;
  const hosts = Object.keys(group.hosts);
  return (
    <tr>
      <td data-label="What failed">
        <Link to="/failures/$namespace/$fingerprint" params={{ namespace, fingerprint }} className="failure-title">
          {group.title}
        </Link>
        <div className="muted">
          {example.exitCode !== undefined && `exit code ${example.exitCode} · `}
          {Object.keys(group.templates).slice(0, 3).map(templateName).join(", ")} · {namespace}
        </div>
      </td>
      <td data-label="Workflows">
        <strong>{group.workflowCount.toLocaleString()}</strong>
      </td>
      <td data-label="Attempts">{group.count.toLocaleString()}</td>
      <td data-label="Image">{example.image === undefined ? "—" : <code>{example.image}</code>}</td>
      <td data-label="Nodes">{hosts.length === 0 ? "—" : hosts.length === 1 ? hosts[0] : `${hosts.length} nodes`}</td>
      <td data-label="First">
        <Ago atMs={group.firstAtMs} />
      </td>
      <td data-label="Last">
        <Ago atMs={group.lastAtMs} />
      </td>
    </tr>
  );
}

/** "local/nightly/load" as people call it: "nightly/load". */
export function templateName(template: string): string {
  return template.replace(/^(local|namespaced|cluster)\//, "");
}
