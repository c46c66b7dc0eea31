import { useState } from "react";
import { apiUrl } from "../../api/client.ts";
import { formatBytes } from "../../ui/bytes.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { Freshness } from "../../ui/states.tsx";
import { useSettled } from "../../ui/use-settled.ts";
import { linesKeptMax } from "./kept-lines.ts";
import { LogLines } from "./log-lines.tsx";
import { type Log, useLog } from "./use-log.ts";

const typingPauseMs = 250;

/** The end of a log, live while it grows, or those of all its lines that hold a text. All of it is a download away. */
export function LogView(props: { namespace: string; name: string; nodeId: string; isRunning: boolean }) {
  const { namespace, name, nodeId, isRunning } = props;
  const path = `api/v1/capstan/workflows/${[namespace, name, "nodes", nodeId].map(encodeURIComponent).join("/")}`;
  const [text, setText] = useState("");
  const search = useSettled(text, typingPauseMs);
  const [wraps, setWraps] = useState(true);
  const [follows, setFollows] = useState(true);
  const shown = { search, isRunning, wraps, follows, onScrollUp: () => setFollows(false) };
  return (
    <div className="stack log">
      <div className="row">
        <Field label="Search in the log">
          <input className="input" type="search" value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
        <Button aria-pressed={wraps} onClick={() => setWraps(!wraps)}>
          Wrap
        </Button>
        <Button aria-pressed={follows} onClick={() => setFollows(!follows)}>
          Follow
        </Button>
        <a className="button" href={apiUrl(`${path}/log.txt`)} download>
          Download
        </a>
      </div>
      {/* What another search finds is another log. */}
      <LogContent key={search} {...shown} path={path} />
    </div>
  );
}

interface LogContentProps {
  readonly path: string;
  readonly search: string;
  readonly isRunning: boolean;
  readonly wraps: boolean;
  readonly follows: boolean;
  readonly onScrollUp: () => void;
}

function LogContent({ path, search, isRunning, wraps, follows, onScrollUp }: LogContentProps) {
  const url = apiUrl(`${path}/log`, { tail: linesKeptMax, search, ...(isRunning && { follow: "true" }) });
  const log = useLog(url, isRunning);
  const isSearched = search !== "";
  const whenNothing = isSearched
    ? "No line holds that."
    : isRunning
      ? "Nothing was written yet."
      : "Nothing was written.";
  return (
    <>
      <span className="muted" role="status">
        {isSearched ? matchesOf(log, isRunning) : extentOf(log)}
      </span>
      {!log.isWhole && <Freshness stream={log.stream} />}
      <LogLines
        lines={log.kept.lines}
        whenEmpty={log.isWhole || isRunning ? whenNothing : isSearched ? "Searching …" : "Loading …"}
        {...{ wraps, follows, onScrollUp }}
      />
    </>
  );
}

/** What is shown, of how much. */
function extentOf({ kept }: Log): string {
  const { lines, bytes, skippedBytes } = kept;
  const count = linesText(lines.length);
  if (skippedBytes > 0) {
    const all = formatBytes(skippedBytes + bytes);
    return `${count}: the last ${formatBytes(bytes)} of ${all}. Search and download go through all of it.`;
  }
  // Some runtimes do not know how much lies before.
  if (lines.length >= linesKeptMax) return `${count}, the last of them. Search and download go through all of it.`;
  return count;
}

function matchesOf({ kept: { lines }, isWhole }: Log, isRunning: boolean): string {
  const found = `${linesText(lines.length)} found${lines.length >= linesKeptMax ? ", the last of them" : ""}`;
  return isWhole || isRunning ? found : `Searching all of the log … ${found}`;
}

function linesText(count: number): string {
  return count === 1 ? "1 line" : `${count.toLocaleString()} lines`;
}
