import { fnv1a32 } from "../shard.ts";
import { normalizeLine } from "./normalize-line.ts";

/** How a task ended, as far as it tells one cause from another. */
export interface FailureEvidence {
  readonly exitCode: string | undefined;
  readonly message: string | undefined;
  readonly logTail: string | undefined;
  readonly image: string | undefined;
  /** Counts only where the log says nothing: a bare exit code is no cause that two templates share. */
  readonly template: string;
  /** Names of this run, which say nothing of the cause. */
  readonly names: readonly string[];
}

export interface Fingerprint {
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** What failed, for people: the lines that tell, without what changes from run to run. */
  readonly title: string;
}

const tellingLinesMax = 3;
const tells =
  /error|exception|fail|fatal|panic|traceback|denied|refused|not found|no such|cannot|can't|unable|invalid|killed|timed? ?out|exceeded/i;

/** Failures of one cause have one fingerprint: exit code, image, message, and the last lines that tell of an error. */
export function fingerprintOf(evidence: FailureEvidence): Fingerprint {
  const { exitCode = "", image = "", template, names } = evidence;
  const message = normalizeLine(evidence.message ?? "", names);
  const lines = tellingLines(evidence.logTail ?? "", names);
  const text = JSON.stringify([exitCode, image, message, lines, lines.length === 0 ? template : ""]);
  const title = lines.at(-1) ?? (message === "" ? `exit code ${exitCode || "unknown"}` : message);
  return { id: hex(fnv1a32(text)) + hex(fnv1a32(`second ${text}`)), title };
}

/** The last lines that sound like an error; where none does, the last ones. Lines that say the same count once. */
export function tellingLines(logTail: string, names: readonly string[] = []): readonly string[] {
  const lines = logTail
    .split("\n")
    .map((line) => normalizeLine(line, names))
    .filter((line) => line !== "");
  const telling = lines.filter((line) => tells.test(line));
  const distinct = [...new Set(telling.length > 0 ? telling : lines)];
  return distinct.slice(-tellingLinesMax);
}

function hex(word: number): string {
  return word.toString(16).padStart(8, "0");
}
