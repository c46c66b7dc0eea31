import type { TaskFacts, TaskFailure } from "../failure/task-facts.ts";

/** Writing down how tasks ended; called by the outbox relay. A task that is told of again counts once. */
export interface FailureRecorder {
  recordFailures(failures: readonly TaskFailure[]): Promise<void>;
  /** The last good run of each template takes the place of the one before. */
  recordGoodRuns(runs: readonly TaskFacts[]): Promise<void>;
}

/** Failures of one cause in one namespace. */
export interface FailureGroup {
  readonly namespace: string;
  readonly fingerprint: string;
  readonly title: string;
  /** Attempts that failed so. */
  readonly count: number;
  /** Workflows that it hit, counted up to a bound. */
  readonly workflowCount: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** How often on each host, and in each template. */
  readonly hosts: { readonly [host: string]: number };
  readonly templates: { readonly [template: string]: number };
  /** The latest. */
  readonly example: TaskFailure;
}

/** A workflow that a failure hit. */
export interface HitWorkflow {
  readonly uid: string;
  readonly name: string;
  readonly lastAtMs: number;
}

/** Reading what was written down, for people. It forgets what has not happened for a month. */
export interface FailureBook {
  /** Of one namespace or of all, the latest first; the token is where the page ended. */
  list(query: {
    readonly namespace?: string;
    readonly limit: number;
    readonly continueToken?: string;
  }): Promise<{ readonly items: readonly FailureGroup[]; readonly continueToken?: string }>;
  get(namespace: string, fingerprint: string): Promise<FailureGroup | undefined>;
  /** The latest first. */
  workflowsOf(namespace: string, fingerprint: string, limit: number): Promise<readonly HitWorkflow[]>;
  lastGoodRun(namespace: string, template: string): Promise<TaskFacts | undefined>;
}
