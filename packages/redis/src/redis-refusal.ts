import { fail, type Result } from "@capstan/core";

/** Of whom Redis may want nothing, and what they need there. */
export interface RedisClaim {
  /** The address that was given, with its user and password; neither the password nor what was sent is repeated. */
  readonly url: string;
  /** How one gets a user with the rights that are needed. */
  readonly rights: string;
}

/** What to do where Redis does not let somebody in, or lets them do too little; undefined for every other error. */
export function redisRefusal(error: unknown, { url, rights }: RedisClaim): string | undefined {
  const text = error instanceof Error ? error.message : String(error);
  const there = `Redis at ${hostOf(url)} does not let ${userOf(url)}`;
  if (/^(WRONGPASS|NOAUTH)\b/.test(text))
    return `${there} in (${text}): correct --redis, redis://USER:PASSWORD@HOST:PORT`;
  if (/^NOPERM\b/.test(text)) return `${there} do what is needed (${text}${commandOf(error)}): ${rights}`;
  return undefined;
}

/** The same as a failure. Throws every other error again: that is a fault of ours. */
export function refusedByRedis(error: unknown, claim: RedisClaim): Result<never> {
  const text = redisRefusal(error, claim);
  if (text === undefined) throw error;
  return fail(text);
}

function hostOf(url: string): string {
  return url
    .replace(/^[^/]*\/\//, "")
    .replace(/^.*@/, "")
    .replace(/[/?].*$/s, "");
}

function userOf(url: string): string {
  const credentials = /^[^/]*\/\/(.*)@/s.exec(url)?.[1];
  const user = credentials?.split(":", 1)[0] ?? "";
  return user === "" ? "the default user" : `user "${user}"`;
}

/** The command that was refused and its first argument, which is a key, a channel or a script; those that carry a password are left out. */
function commandOf(error: unknown): string {
  const { command } = error as { readonly command?: { readonly name?: string; readonly args?: readonly unknown[] } };
  const { name = "", args = [] } = command ?? {};
  if (name === "" || /^(auth|hello)$/i.test(name)) return "";
  return `; ${name} ${String(args[0] ?? "").slice(0, 100)}`.trimEnd();
}
