import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Result } from "@capstan/core";
import type { Registry } from "prom-client";

export interface MetricsServer {
  readonly port: number;
  stop(): void;
}

/** Serves `/metrics` and nothing else at `host:port`; the error says why it cannot. */
export async function serveMetrics(address: string, registry: Registry): Promise<Result<MetricsServer>> {
  const [, host = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  if (port === "" || Number(port) > 65_535)
    return { ok: false, error: `--metrics-address takes HOST:PORT (0.0.0.0:7418), not "${address}"` };
  const server = createServer(async (request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    try {
      const text = await registry.metrics();
      response.writeHead(200, { "content-type": registry.contentType }).end(text);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(Number(port), host === "" ? "0.0.0.0" : host, resolve);
    });
  } catch (error) {
    return { ok: false, error: `--metrics-address ${address} cannot be listened on: ${String(error)}` };
  }
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { ok: true, value: { port: (server.address() as AddressInfo).port, stop } };
}
