/** One line of a Dockerfile that does something. */
export interface Instruction {
  readonly word: string;
  readonly text: string;
}

/** A stage of a Dockerfile: what it stands on and what it adds. */
export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** Arguments before the first stage, with their defaults. */
  readonly args: { readonly [name: string]: string };
  readonly stages: readonly Stage[];
}

/** Reads the subset of the Dockerfile language that ours keeps to: one instruction a line. */
export function parseDockerfile(text: string): Dockerfile {
  const args: Record<string, string> = {};
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const line of text.split("\n").map((one) => one.trim())) {
    if (line === "" || line.startsWith("#")) continue;
    const [word = "", ...rest] = line.split(" ");
    if (line.endsWith("\\")) throw new Error(`a line that goes on is not understood here: ${line}`);
    const current = stages.at(-1);
    if (word === "FROM") {
      const [from = "", as, name] = rest;
      if (as !== "AS" || name === undefined) throw new Error(`a stage without a name: ${line}`);
      stages.push({ name, from: substitute(from, args), instructions: [] });
    } else if (current === undefined) {
      const [name = "", value = ""] = rest.join(" ").split("=");
      args[name] = value;
    } else current.instructions.push({ word, text: rest.join(" ") });
  }
  return { args, stages };
}

function substitute(text: string, args: { readonly [name: string]: string }): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => args[name] ?? "");
}
