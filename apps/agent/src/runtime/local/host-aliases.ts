import { readFileSync } from "node:fs";
import { objectsAt, type Task, textAt, textsAt } from "@capstan/core";

/** The text of /etc/hosts for a task that has hostAliases: the host's own and then those, the workflow's first; undefined without any. */
export function hostsFile(task: Task): string | undefined {
  const aliases = [...objectsAt(task.podDefaults, "hostAliases"), ...objectsAt(task.template, "hostAliases")];
  const lines = aliases.flatMap((alias) => {
    const words = [textAt(alias, "ip") ?? "", ...textsAt(alias, "hostnames")];
    // A word with white space in it would be a line of its own.
    return words.length > 1 && words.every((word) => /^[^\s#]+$/.test(word)) ? [words.join("\t")] : [];
  });
  return lines.length === 0 ? undefined : `${readFileSync("/etc/hosts", "utf8").trimEnd()}\n${lines.join("\n")}\n`;
}
