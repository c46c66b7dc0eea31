import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startRedis } from "./redis-server.ts";

/** A redis-server that speaks TLS, with a certificate for 127.0.0.1 of an authority that nobody else knows. */
export interface TlsRedisServer {
  readonly url: string;
  /** The authority's certificate, in PEM. */
  readonly caFile: string;
  stop(): Promise<void>;
}

/** Starts one; openssl makes the certificates. */
export async function startTlsRedis(): Promise<TlsRedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "capstan-tls-"));
  const file = (name: string): string => join(folder, name);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", file("ca.key"), "-out", file("ca.crt"), "-days", "2", "-subj", "/CN=ca");
  openssl(
    ...["req", "-x509", ...key, "-keyout", file("redis.key"), "-out", file("redis.crt"), "-days", "2"],
    ...["-CA", file("ca.crt"), "-CAkey", file("ca.key"), "-subj", "/CN=redis"],
    ...["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"],
  );
  const port = await freePort();
  const server = await startRedis({
    extraArguments: [
      ...["--tls-port", String(port), "--tls-auth-clients", "no", "--tls-ca-cert-file", file("ca.crt")],
      ...["--tls-cert-file", file("redis.crt"), "--tls-key-file", file("redis.key")],
    ],
  });
  return {
    url: `rediss://127.0.0.1:${port}`,
    caFile: file("ca.crt"),
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openssl(...args: readonly string[]): void {
  execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
}
