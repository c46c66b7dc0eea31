import { dictionaryOf, type ExprMap } from "../expr/value.ts";
import { EvaluationError } from "../result.ts";
import { asMap } from "./casts.ts";
import { define, type SprigEntry, text } from "./define.ts";

/** Go's path.Clean: the shortest path that means the same. */
function clean(path: string): string {
  const isRooted = path.startsWith("/");
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!isRooted) kept.push("..");
  }
  const joined = kept.join("/");
  if (isRooted) return `/${joined}`;
  return joined === "" ? "." : joined;
}

function base(path: string): string {
  if (path === "") return ".";
  const trimmed = path.replace(/\/+$/, "");
  return trimmed === "" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

function extension(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot);
}

const urlPattern = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

function decodeEscapes(value: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(value))
    throw new EvaluationError(`unable to parse url: invalid URL escape in "${value}"`);
  try {
    return decodeURIComponent(value);
  } catch {
    throw new EvaluationError(`unable to parse url: invalid URL escape in "${value}"`);
  }
}

function parseUrl(url: string): ExprMap {
  const match = urlPattern.exec(url);
  const [, scheme = "", rest = "", query = "", fragment = ""] = match ?? [];
  const isHierarchical = rest.startsWith("/") || scheme === "";
  const authority = /^\/\/([^/]*)(.*)$/s.exec(rest);
  const [, credentials = "", host = ""] = /^(?:(.*)@)?(.*)$/s.exec(authority?.[1] ?? "") ?? [];
  const hostname = /^\[(.*)\](?::\d*)?$/.exec(host)?.[1] ?? host.replace(/:\d*$/, "");
  return dictionaryOf([
    ["scheme", scheme.toLowerCase()],
    ["host", decodeEscapes(host)],
    ["hostname", decodeEscapes(hostname)],
    ["path", isHierarchical ? decodeEscapes(authority === null ? rest : (authority[2] ?? "")) : ""],
    ["query", query],
    ["opaque", isHierarchical ? "" : rest],
    ["fragment", decodeEscapes(fragment)],
    ["userinfo", credentials],
  ]);
}

function escapePath(path: string): string {
  return encodeURI(path)
    .replace(/[?#]/g, (character) => encodeURIComponent(character))
    .replaceAll("%25", "%25");
}

function joinUrl(parts: ExprMap | undefined): string {
  const read = (name: string) => {
    const value = parts?.get(name) ?? "";
    if (typeof value === "string") return value;
    throw new EvaluationError(`unable to parse ${name} key, must be of type string`);
  };
  const prefix = read("scheme") === "" ? "" : `${read("scheme")}:`;
  const userinfo = read("userinfo") === "" ? "" : `${read("userinfo")}@`;
  const query = read("query") === "" ? "" : `?${read("query")}`;
  const fragment = read("fragment") === "" ? "" : `#${encodeURI(read("fragment"))}`;
  if (read("opaque") !== "") return prefix + read("opaque") + query + fragment;
  const hasAuthority = read("host") !== "" || userinfo !== "" || (prefix !== "" && read("path").startsWith("//"));
  const authority = hasAuthority ? `//${userinfo}${read("host")}` : "";
  const separator = hasAuthority && read("path") !== "" && !read("path").startsWith("/") ? "/" : "";
  return prefix + authority + separator + escapePath(read("path")) + query + fragment;
}

function pathFunctions(prefix: string): SprigEntry[] {
  const name = (plain: string) =>
    prefix === "" ? plain : `${prefix}${plain[0]?.toUpperCase() ?? ""}${plain.slice(1)}`;
  return [
    define(name("base"), ["string"], ([path]) => base(text(path))),
    define(name("dir"), ["string"], ([path]) => clean(text(path).slice(0, text(path).lastIndexOf("/") + 1))),
    define(name("clean"), ["string"], ([path]) => clean(text(path))),
    define(name("ext"), ["string"], ([path]) => extension(text(path))),
    define(name("isAbs"), ["string"], ([path]) => text(path).startsWith("/")),
  ];
}

export const pathAndUrlFunctions: readonly SprigEntry[] = [
  ...pathFunctions(""),
  ...pathFunctions("os"),
  define("urlParse", ["string"], ([url]) => parseUrl(text(url))),
  define("urlJoin", ["map"], ([parts]) => joinUrl(asMap(parts))),
];
