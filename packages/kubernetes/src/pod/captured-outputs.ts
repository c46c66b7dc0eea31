import type { Pod } from "../objects.ts";

/** Says that the Pod's containers run under the supervisor, and by which version of its protocol. */
export const supervisorAnnotation = "capstan.dev/supervisor";

/** What the supervisor noted of one output. */
export type CapturedOutput =
  | { readonly kind: "text"; readonly text: string }
  /** It is with the agent. */
  | { readonly kind: "sent" }
  | { readonly kind: "missing" | "folder" | "unreadable" | "large" | "refused" | "unsent" };

export interface CapturedOutputs {
  /** By index of the output in the template. */
  readonly parameters: ReadonlyMap<number, CapturedOutput>;
  readonly artifacts: ReadonlyMap<number, CapturedOutput>;
  readonly result?: CapturedOutput;
  /** What the command itself left as its termination message. */
  readonly message?: string;
}

const header = "capstan1";
const failures: ReadonlySet<string> = new Set(["missing", "folder", "unreadable", "large", "refused", "unsent"]);

/** Is the Pod one whose containers run under the supervisor? */
export function isSupervised(pod: Pod): boolean {
  return pod.metadata.annotations?.[supervisorAnnotation] !== undefined;
}

/** Reads the termination message of a supervised container; undefined when the supervisor did not get to write it. */
export function parseCaptured(text: string | undefined): CapturedOutputs | undefined {
  const [first, ...words] = (text ?? "").split(" ");
  if (first !== header) return undefined;
  const parameters = new Map<number, CapturedOutput>();
  const artifacts = new Map<number, CapturedOutput>();
  let result: CapturedOutput | undefined;
  let message: string | undefined;
  for (const word of words) {
    const match = /^([parm])(\d*)([@:=])(.*)$/s.exec(word);
    if (match === null) continue;
    const [, mark, index = "", separator = "", value = ""] = match;
    const output = outputOf(separator, value);
    if (output === undefined) continue;
    if (mark === "p") parameters.set(Number(index), output);
    else if (mark === "a") artifacts.set(Number(index), output);
    else if (mark === "r") result = output;
    else if (output.kind === "text") message = output.text.trim();
  }
  return {
    parameters,
    artifacts,
    ...(result !== undefined && { result }),
    ...(message !== undefined && message !== "" && { message }),
  };
}

function outputOf(separator: string, value: string): CapturedOutput | undefined {
  if (separator === "@") return { kind: "sent" };
  if (separator === "=") return { kind: "text", text: Buffer.from(value, "base64").toString("utf8") };
  return failures.has(value) ? { kind: value as "missing" } : undefined;
}

/** What a container's command said at its end, whether or not the supervisor wrote around it. */
export function spokenMessage(pod: Pod, message: string | undefined): string | undefined {
  const captured = isSupervised(pod) ? parseCaptured(message) : undefined;
  return captured === undefined ? message?.trim() : captured.message;
}
