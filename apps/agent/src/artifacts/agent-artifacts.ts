import { join } from "node:path";
import type { ArtifactDirectory, ArtifactRecord, Clock, WorkflowPhases } from "@capstan/core";
import type { Logger } from "../logger.ts";
import { AgentArtifactStore } from "./agent-artifact-store.ts";
import { ArtifactSweep } from "./artifact-sweep.ts";
import { BlobFolder } from "./blob-folder.ts";
import { BlobServer } from "./blob-server.ts";
import { HeldBlobs, type HeldBlobsOptions } from "./held-blobs.ts";
import { PeerTokens } from "./peer-tokens.ts";
import { TaskArtifacts } from "./task-artifacts.ts";

export interface AgentArtifactsOptions
  extends Pick<HeldBlobsOptions, "relay" | "agents" | "clock" | "logger" | "patienceMs" | "relayBytesMax"> {
  readonly stateFolder: string;
  readonly holder: ArtifactRecord["holder"];
  readonly directory: ArtifactDirectory;
  /** Of the installation; agents cannot be asked before it is known. */
  readonly peerSecret: Promise<string>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** An agent's part of the artifacts of all. */
export interface AgentArtifacts {
  readonly artifacts: TaskArtifacts;
  readonly blobs: BlobFolder;
  readonly server: BlobServer;
  /** What removes artifacts whose workflow is gone, to be run from time to time. */
  sweepOf(phases: WorkflowPhases): ArtifactSweep;
}

/** Puts the parts of an agent's artifact store together. */
export function agentArtifacts(options: AgentArtifactsOptions): AgentArtifacts {
  const { stateFolder, holder, directory, peerSecret, clock, logger, ...ways } = options;
  const blobs = new BlobFolder(join(stateFolder, "artifacts"));
  const tokens = new PeerTokens(peerSecret, clock);
  const held = new HeldBlobs({ ...ways, blobs, tokens, clock, logger, nodeName: holder.nodeName });
  return {
    artifacts: new TaskArtifacts(new AgentArtifactStore({ blobs, directory, held, holder, clock })),
    blobs,
    server: new BlobServer(blobs, tokens, logger),
    sweepOf: (phases) => new ArtifactSweep({ blobs, directory, phases, holder, clock }),
  };
}
