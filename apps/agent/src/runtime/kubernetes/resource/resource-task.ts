import type { Clock, RunningTask, RuntimeObserver, Task, TaskOutcome } from "@capstan/core";
import { decideResourceState, lookupPath, matchesRequirement, type Requirement } from "@capstan/expressions";
import { type KubeClient, KubeError, type OwnerReference, type ResourceMapper } from "@capstan/kubernetes";
import type { Logger } from "../../../logger.ts";
import { deadlineMessage } from "../task-pod.ts";
import { deleteObjects } from "./delete-objects.ts";
import { followObject } from "./follow-object.ts";
import { OrderError, placeText, readObject, type SeenObject } from "./object-place.ts";
import { type CommandContext, type Performed, performOrder } from "./resource-commands.ts";
import type { ResourceJournal } from "./resource-journal.ts";
import { type ResourceOrder, readResourceOrder } from "./resource-order.ts";
import { resourceParameters } from "./resource-outputs.ts";

export interface ResourceTaskOptions {
  readonly task: Task;
  readonly observer: RuntimeObserver;
  readonly journal: ResourceJournal;
  /** Acts as the task's account. */
  readonly client: KubeClient;
  readonly mapper: ResourceMapper;
  readonly hostNodeName: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The manifest's text; rejects with OrderError. */
  readonly readManifest: () => Promise<string>;
  /** The task's workflow, where it is an object of the cluster. */
  readonly findOwner: () => Promise<OwnerReference | undefined>;
}

/** The task was told to end. */
class Killed extends Error {}
/** The agent goes; the task is its successor's. */
class LetGo extends Error {}

/** So long is asked again for what failed inside the API server, a webhook of it for example; while nobody answers there is no end. */
const failuresMax = 5;
const retryMs = { least: 250, most: 10_000 };

/** One resource template: its action, then the wait for its conditions, then its outputs. */
export class ResourceTask implements RunningTask {
  readonly outcome: Promise<TaskOutcome>;
  readonly #options: ResourceTaskOptions;
  readonly #ending = new AbortController();

  constructor(options: ResourceTaskOptions) {
    this.#options = options;
    this.outcome = this.#run();
  }

  kill(reason: string): void {
    this.#ending.abort(new Killed(reason));
  }

  /** Stops without an outcome. */
  letGo(): void {
    this.#ending.abort(new LetGo());
  }

  async #run(): Promise<TaskOutcome> {
    const { journal, observer, hostNodeName } = this.#options;
    const { outcome: known, startedAtMs } = journal.entry;
    if (known !== undefined) return known;
    observer.started({ startedAtMs, hostNodeName });
    const over = new AbortController();
    this.#keepDeadline(over.signal);
    const work = this.#carryOut();
    // What loses the race must not surface as an unhandled rejection.
    work.catch(() => undefined);
    let end: Pick<TaskOutcome, "phase" | "message" | "outputs">;
    try {
      end = await Promise.race([work, this.#ended()]);
    } catch (error) {
      if (error instanceof LetGo) return new Promise(() => undefined);
      end = verdictOf(error, this.#options.task);
      if (end.message !== undefined) journal.say(end.message);
    } finally {
      over.abort();
    }
    const outcome = { ...end, startedAtMs, finishedAtMs: this.#options.clock.nowMs(), hostNodeName };
    journal.note({ outcome });
    return outcome;
  }

  async #carryOut(): Promise<Pick<TaskOutcome, "phase" | "outputs">> {
    const { task, readManifest } = this.#options;
    const order = readResourceOrder(task.template.resource ?? {}, await readManifest());
    if (!order.ok) throw new OrderError(order.error);
    const performed = order.value.action === "delete" ? await this.#delete(order.value) : await this.#act(order.value);
    const object = performed === undefined ? undefined : await this.#settle(order.value, performed);
    const parameters = await resourceParameters(task, object);
    if (!parameters.ok) throw new OrderError(parameters.error);
    return {
      phase: "Succeeded",
      outputs: { ...(parameters.value.length > 0 && { parameters: parameters.value }), exitCode: "0" },
    };
  }

  /** Does the action, unless an earlier agent has. */
  async #act(order: ResourceOrder): Promise<Performed | undefined> {
    const { journal, client, findOwner } = this.#options;
    const { done } = journal.entry;
    if (done === null) return undefined;
    if (done !== undefined) {
      const object = await this.#persist(() => readObject(client, done), true).catch((error: unknown) => {
        if (error instanceof KubeError && error.status === 404) return undefined;
        throw error;
      });
      if (object === undefined) throw deletedEarly(done);
      return { place: done, object };
    }
    const owner =
      this.#options.task.template.resource?.["setOwnerReference"] === true
        ? await this.#persist(findOwner, true)
        : undefined;
    const context = { ...this.#context(), ...(owner !== undefined && { ownerReference: owner }) };
    // A JSON patch done twice is not a JSON patch done once.
    const performed = await this.#persist(() => performOrder(order, context), order.patch?.kind !== "json");
    journal.note({ done: performed?.place ?? null });
    return performed;
  }

  async #delete(order: ResourceOrder): Promise<undefined> {
    const { journal, clock } = this.#options;
    if (journal.entry.done === null) return;
    let isRepeated = journal.entry.begun === true;
    journal.note({ begun: true });
    await this.#persist(async () => {
      const again = isRepeated;
      isRepeated = true;
      const onProblem = (error: unknown): void => this.#warn(error);
      const signal = this.#ending.signal;
      await deleteObjects(order, { ...this.#context(), isRepeated: again, signal, clock, onProblem });
    }, true);
    journal.note({ done: null });
  }

  /** The object once its conditions are met; follows it by watch until then. */
  async #settle(order: ResourceOrder, { place, object }: Performed): Promise<SeenObject> {
    const { success, failure } = order;
    if (success === undefined && failure === undefined) return object;
    const judge = (seen: SeenObject | undefined): SeenObject | OrderError | undefined => {
      if (seen === undefined) return deletedEarly(place);
      const state = decideResourceState(seen, success, failure);
      if (state === "waiting") return undefined;
      if (state === "succeeded") return seen;
      const failed = failure?.requirements.find((one) => matchesRequirement(one, (path) => lookupPath(seen, path)));
      return new OrderError(
        `failure condition '${failed === undefined ? "" : requirementText(failed)}' evaluated true`,
      );
    };
    const { client, clock, journal } = this.#options;
    const signal = this.#ending.signal;
    let settled = judge(object);
    if (settled === undefined) {
      journal.say(`${placeText(place)}: waiting for its conditions`);
      const onProblem = (error: unknown): void => this.#warn(error);
      settled = await followObject({ client, clock, place, signal, onProblem }, judge);
    }
    if (settled instanceof OrderError) throw settled;
    return settled;
  }

  #context(): CommandContext {
    const { client, mapper, task, journal } = this.#options;
    return { client, mapper, taskId: task.id, namespace: task.namespace, say: (text) => journal.say(text) };
  }

  /** Tries again while the API server does not answer or fails; not what it refuses. */
  async #persist<T>(request: () => Promise<T>, mayRepeat: boolean): Promise<T> {
    const { clock } = this.#options;
    for (let tries = 0, failures = 0; ; tries++) {
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof KubeError && error.isTransient) || (error.status !== 429 && !mayRepeat)) throw error;
        if (error.status >= 500 && ++failures >= failuresMax) throw error;
        this.#warn(error);
        await clock.sleep(Math.min(retryMs.most, retryMs.least * 2 ** tries), this.#ending.signal);
        this.#ending.signal.throwIfAborted();
      }
    }
  }

  #ended(): Promise<never> {
    const { signal } = this.#ending;
    return new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }

  #keepDeadline(over: AbortSignal): void {
    const { task, clock, journal } = this.#options;
    const limits = [
      task.deadlineAtMs ?? [],
      task.runLimitMs === undefined ? [] : journal.entry.startedAtMs + task.runLimitMs,
    ];
    const deadlineAtMs = Math.min(...limits.flat());
    if (deadlineAtMs === Number.POSITIVE_INFINITY) return;
    void clock.sleep(Math.max(0, deadlineAtMs - clock.nowMs()), over).then(() => {
      if (!over.aborted) this.kill(deadlineMessage);
    });
  }

  #warn(error: unknown): void {
    const { logger, task } = this.#options;
    logger.warn({ taskId: task.id, error: String(error) }, "a resource template's request failed, trying again");
  }
}

function deletedEarly(place: Parameters<typeof placeText>[0]): OrderError {
  return new OrderError(`${placeText(place)} was deleted while its conditions were still waited for`);
}

/** As Go prints it, for those who look for Argo's messages. */
function requirementText({ key, operator, values }: Requirement): string {
  const names: Readonly<Record<string, string>> = { ">": "gt", "<": "lt" };
  return `{${key} ${names[operator] ?? operator} [${values.join(" ")}]}`;
}

/** Argo's executor ends with code 64 when it cannot do what the template says. */
function verdictOf(error: unknown, task: Task): Pick<TaskOutcome, "phase" | "message" | "outputs"> {
  if (error instanceof Killed) return { phase: "Failed", message: error.message };
  const why =
    error instanceof OrderError ? error.message : error instanceof KubeError ? serverText(error, task) : undefined;
  if (why === undefined) return { phase: "Error", message: `the resource template failed: ${String(error)}` };
  return { phase: "Failed", message: `main: Error (exit code 64): ${why}`, outputs: { exitCode: "64" } };
}

function serverText({ status, reason, message }: KubeError, { podName }: Task): string {
  if (status === 0) return message;
  const isOwnPod = status === 404 && message.startsWith(`pods "${podName}"`);
  const hint = isOwnPod ? " (a resource template has no Pod here: the agent carries it out)" : "";
  return `Error from server (${reason}): ${message}${hint}`;
}
