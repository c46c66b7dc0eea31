import { connect, createServer, type Socket } from "node:net";

/** A line to a port of this machine that a test can cut. */
export interface CutLine {
  readonly port: number;
  /** "closed": connections break and new ones are refused at once. "silent": nothing passes and nobody is told, as behind a lost route. */
  cut(how: "closed" | "silent"): void;
  restore(): void;
  stop(): Promise<void>;
}

/** Passes connections on to the target until it is cut. */
export async function startCutLine(targetPort: number): Promise<CutLine> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: "whole" | "closed" | "silent" = "whole";
  const server = createServer((near) => {
    near.on("error", () => undefined);
    if (state === "closed") return near.destroy();
    const far = connect(targetPort, "127.0.0.1").on("error", () => undefined);
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.pipe(to);
      from.once("close", () => {
        to.destroy();
        pairs.delete(pair);
      });
      // A pipe resumes what it reads from whenever its target has room, so a stopped line must not be piped.
      if (state === "silent") stall(from, to);
    }
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    cut: (how) => {
      state = how;
      for (const [near, far] of pairs) {
        if (how === "closed") near.destroy();
        else for (const [from, to] of [[near, far] as const, [far, near] as const]) stall(from, to);
      }
    },
    restore: () => {
      state = "whole";
      for (const [near, far] of pairs) {
        near.pipe(far);
        far.pipe(near);
      }
    },
    stop: () => {
      for (const [near] of pairs) near.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function stall(from: Socket, to: Socket): void {
  from.unpipe(to);
  from.pause();
}
