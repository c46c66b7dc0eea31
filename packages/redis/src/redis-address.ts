import { readFileSync } from "node:fs";
import { fail, ok, type Result } from "@capstan/core";

/** Where Redis is, and whose certificates it may show there. */
export interface RedisAddress {
  /** `redis[s]://[user:password@]host:port[/db]`, or `redis[s]+cluster://host:port,host:port`. */
  readonly url: string;
  /** PEM; without it, the authorities that Node trusts. */
  readonly ca?: string;
}

/** Reads what a command line says of Redis: an address, and a file with the authorities that may sign its certificate. The error names the flag. */
export function readRedisAddress(url: string, caFile: string | undefined): Result<RedisAddress> {
  if (!/^rediss?(\+cluster)?:\/\//.test(url)) return fail(`--redis ${withoutPassword(url)}: not a redis:// address`);
  if (caFile === undefined) return ok({ url });
  if (!url.startsWith("rediss")) return fail("--redis-ca needs TLS: an address that begins with rediss://");
  let ca: string;
  try {
    ca = readFileSync(caFile, "utf8");
  } catch (error) {
    return fail(`--redis-ca ${caFile}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return ca.includes("-----BEGIN CERTIFICATE-----")
    ? ok({ url, ca })
    : fail(`--redis-ca ${caFile}: holds no PEM certificate`);
}

function withoutPassword(url: string): string {
  return url.replace(/:[^:@/]*@/, ":…@");
}
