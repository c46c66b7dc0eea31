import {
  type EnginePolicy,
  type NodeStatus,
  engine as realEngine,
  type StoredWorkflow,
  shardOf,
  type Task,
  type TaskOutcome,
  type WorkflowBundle,
  type WorkflowEvent,
} from "@capstan/core";
import {
  MemoryDatabase,
  MemoryFailureRecorder,
  MemoryInbox,
  MemoryLeaseStore,
  MemoryShardStore,
  MemoryShardWakeups,
  MemoryTaskQueue,
  MemoryWorkflowIndex,
  MemoryWorkflowReader,
  VirtualTime,
} from "@capstan/testkit";
import { silentLogger } from "../../logger.ts";
import { Coordinator, type CoordinatorPorts } from "../coordinator.ts";
import { defaultPolicy, shardDefaults } from "../settings.ts";
import { silentObserver } from "../shard-observer.ts";

export const testShardCount = 4;

/** The ports in memory, and an agent's part played by the test. */
export class MemoryWorld {
  readonly time = new VirtualTime();
  readonly database = new MemoryDatabase(() => this.time.nowMs());
  readonly leases = new MemoryLeaseStore(this.database);
  readonly store = new MemoryShardStore(this.database);
  readonly inbox = new MemoryInbox(this.database);
  readonly queue = new MemoryTaskQueue(this.database);
  readonly reader = new MemoryWorkflowReader(this.database);
  readonly policy: EnginePolicy = defaultPolicy;

  coordinator(owner: string, changes: Partial<CoordinatorPorts> = {}): Coordinator {
    return new Coordinator(owner, testShardCount, this.ports(changes));
  }

  ports(changes: Partial<CoordinatorPorts> = {}): CoordinatorPorts {
    return {
      engine: realEngine,
      policy: this.policy,
      leases: this.leases,
      store: this.store,
      wakeups: new MemoryShardWakeups(this.database),
      queue: this.queue,
      index: new MemoryWorkflowIndex(this.database),
      failures: new MemoryFailureRecorder(this.database),
      incarnation: () => 0,
      clock: this.time,
      logger: silentLogger,
      observer: silentObserver,
      settings: shardDefaults,
      ...changes,
    };
  }

  async submit(bundle: WorkflowBundle): Promise<void> {
    await this.inbox.submit(this.#shardOf(bundle), bundle);
    await this.time.advance(0);
  }

  async tell(bundle: WorkflowBundle, event: WorkflowEvent): Promise<void> {
    await this.inbox.append(this.#shardOf(bundle), [{ workflowUid: bundle.workflow.metadata.uid ?? "", event }]);
    await this.time.advance(0);
  }

  async get(bundle: WorkflowBundle): Promise<StoredWorkflow | undefined> {
    return this.reader.get(this.#shardOf(bundle), bundle.workflow.metadata.uid ?? "");
  }

  async nodes(bundle: WorkflowBundle): Promise<readonly NodeStatus[]> {
    return (await this.get(bundle))?.nodes ?? [];
  }

  /** Takes every waiting task out of the queue. */
  async pullAll(): Promise<readonly Task[]> {
    const tasks: Task[] = [];
    for (;;) {
      const held = await this.queue.pull("default", `test-${tasks.length}`, 1_000_000);
      if (held === undefined) return tasks;
      tasks.push(held.task);
    }
  }

  async finish(bundle: WorkflowBundle, task: Task, outcome: Partial<TaskOutcome> = {}): Promise<void> {
    const nowMs = this.time.nowMs();
    await this.tell(bundle, {
      type: "task-finished",
      nodeId: task.nodeId,
      attempt: task.attempt,
      outcome: { phase: "Succeeded", startedAtMs: nowMs, finishedAtMs: nowMs, ...outcome },
    });
  }

  #shardOf(bundle: WorkflowBundle): number {
    const { namespace = "", name = "" } = bundle.workflow.metadata;
    return shardOf(namespace, name, testShardCount);
  }
}
