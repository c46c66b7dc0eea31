import { MemoryArtifactDirectory } from "@capstan/testkit";
import { type AgentArtifacts, agentArtifacts } from "../artifacts/agent-artifacts.ts";
import { silentLogger } from "../logger.ts";
import { systemClock } from "../system-clock.ts";

/** The artifacts of an agent that is alone, below a folder. */
export function loneArtifacts(stateFolder: string): AgentArtifacts {
  return agentArtifacts({
    ...{ stateFolder, clock: systemClock, logger: silentLogger, patienceMs: 0 },
    holder: { agentId: "local/default/node-1", nodeName: "node-1" },
    directory: new MemoryArtifactDirectory(),
    peerSecret: Promise.resolve("secret"),
    agents: { find: async () => undefined },
    relay: {
      fetch: () => {
        throw new Error("it is alone");
      },
    },
  });
}
