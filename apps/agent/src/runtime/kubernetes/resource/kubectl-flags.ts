import type { Result } from "@capstan/core";

export type ResourceAction = "get" | "create" | "apply" | "replace" | "patch" | "delete";

/** What a template's `flags` ask for, of what kubectl's flags mean where there is no kubectl. */
export interface KubectlSettings {
  readonly namespace?: string;
  readonly selector?: string;
  readonly fieldSelector?: string;
  /** All objects of a type, to delete. */
  readonly all: boolean;
  readonly ignoresAbsence: boolean;
  readonly graceSeconds?: number;
  readonly propagation: "Background" | "Foreground" | "Orphan";
  /** A deletion counts when the object is gone, not when it was accepted. */
  readonly waits: boolean;
  /** What the API server does about fields that it does not know. */
  readonly validation: "Strict" | "Warn" | "Ignore";
  readonly fieldManager?: string;
  readonly subresource?: string;
  /** What is no flag: `pod NAME`, `deployment/NAME`. */
  readonly words: readonly string[];
}

type Settings = { -readonly [K in keyof KubectlSettings]: KubectlSettings[K] };
type Key = keyof KubectlSettings;

interface Flag {
  readonly takes: "text" | "switch" | "optional";
  /** Every action where absent. */
  readonly actions?: readonly ResourceAction[];
  /** Says what is wrong with the value. */
  readonly set: (settings: Settings, value: string) => string | undefined;
}

function oneOf(key: Key, values: Readonly<Record<string, unknown>>): Flag["set"] {
  return (settings, value) => {
    if (!Object.hasOwn(values, value)) return `expected one of ${Object.keys(values).join(", ")}`;
    Object.assign(settings, { [key]: values[value] });
    return undefined;
  };
}

function text(key: Key, actions?: Flag["actions"]): Flag {
  const set: Flag["set"] = (settings, value) => {
    Object.assign(settings, value === "" ? {} : { [key]: value });
    return value === "" ? "expected a value" : undefined;
  };
  return { takes: "text", set, ...(actions && { actions }) };
}

function toggle(key: Key, actions: Flag["actions"], on: unknown = true, off: unknown = false): Flag {
  return { takes: "switch", set: oneOf(key, { true: on, false: off }), ...(actions && { actions }) };
}

/** Of what is printed, or of what happens here anyway. */
function ignored(takes: Flag["takes"], actions?: Flag["actions"]): Flag {
  return { takes, set: () => undefined, ...(actions && { actions }) };
}

function setGracePeriod(settings: Settings, value: string): string | undefined {
  if (!/^-?\d+$/.test(value)) return "expected a number of seconds";
  // Below zero it is the kind's own default.
  if (Number(value) >= 0) settings.graceSeconds = Number(value);
  return undefined;
}

const cascades = {
  background: "Background",
  foreground: "Foreground",
  orphan: "Orphan",
  true: "Background",
  false: "Orphan",
};
const validations = { true: "Strict", strict: "Strict", warn: "Warn", false: "Ignore", ignore: "Ignore" };

const flags: Readonly<Record<string, Flag>> = {
  namespace: text("namespace"),
  selector: text("selector", ["delete"]),
  "field-selector": text("fieldSelector", ["delete"]),
  all: toggle("all", ["delete"]),
  "ignore-not-found": toggle("ignoresAbsence", ["delete", "get"]),
  "grace-period": { takes: "text", actions: ["delete"], set: setGracePeriod },
  now: toggle("graceSeconds", ["delete"], 1, undefined),
  cascade: { takes: "optional", actions: ["delete"], set: oneOf("propagation", cascades) },
  wait: toggle("waits", ["delete"]),
  validate: { takes: "optional", actions: ["create", "apply", "replace"], set: oneOf("validation", validations) },
  "field-manager": text("fieldManager", ["create", "apply", "replace", "patch"]),
  subresource: {
    takes: "text",
    actions: ["get", "patch", "replace"],
    set: oneOf("subresource", { status: "status", scale: "scale", resize: "resize" }),
  },
  output: ignored("text"),
  "allow-missing-template-keys": ignored("switch"),
  "show-managed-fields": ignored("switch"),
  "save-config": ignored("switch"),
  record: ignored("switch"),
  overwrite: ignored("switch", ["apply"]),
  "server-side": ignored("switch", ["apply"]),
  "force-conflicts": ignored("switch", ["apply"]),
  "request-timeout": ignored("text"),
  v: ignored("text"),
};

const shorthands: Readonly<Record<string, string>> = { n: "namespace", l: "selector", o: "output", v: "v" };

/** Reads a template's `flags` as kubectl's command line is read. The error names the flag and those that may stand there. */
export function readKubectlFlags(action: ResourceAction, texts: readonly string[]): Result<KubectlSettings> {
  const words: string[] = [];
  const settings: Settings = {
    ...{ all: false, ignoresAbsence: false, waits: true, words },
    ...{ propagation: "Background", validation: "Strict" },
  };
  const queue = [...texts];
  for (let given = queue.shift(); given !== undefined; given = queue.shift()) {
    if (given === "--") {
      words.push(...queue.splice(0));
      break;
    }
    if (!given.startsWith("-") || given === "-") {
      words.push(given);
      continue;
    }
    const { name, value: attached } = splitFlag(given);
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag === undefined || flag.actions?.includes(action) === false) return unsupported(action, given);
    const value = attached ?? (flag.takes === "text" ? queue.shift() : "true");
    const problem = value === undefined ? "expected a value" : flag.set(settings, value);
    if (problem !== undefined) return { ok: false, error: `flag ${given}: ${problem}` };
  }
  return { ok: true, value: settings };
}

/** `--name`, `--name=value`, `-n`, `-n=value`, `-nvalue` */
function splitFlag(given: string): { readonly name: string; readonly value?: string } {
  if (given.startsWith("--")) {
    const [name = "", value] = given.slice(2).split(/=(.*)/s);
    return { name, ...(value !== undefined && { value }) };
  }
  const name = shorthands[given[1] ?? ""] ?? given;
  const rest = given.slice(2).replace(/^=/, "");
  return { name, ...(given.length > 2 && { value: rest }) };
}

function unsupported(action: ResourceAction, given: string): Result<KubectlSettings> {
  const known = Object.entries(flags)
    .filter(([, flag]) => flag.actions?.includes(action) !== false)
    .map(([name]) => `--${name}`);
  return {
    ok: false,
    error: `flag ${given} is not supported with ${action} (there is no kubectl here that could take it): use ${known.join(", ")}`,
  };
}
