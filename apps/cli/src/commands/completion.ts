import { Argument, type Command } from "commander";
import type { CommandContext } from "./command-context.ts";

/** `capstan completion SHELL`: a script that completes commands and flags. */
export function registerCompletion(program: Command, { terminal }: CommandContext): void {
  program
    .command("completion")
    .description("print a completion script: source <(capstan completion bash)")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"]))
    .action((shell: "bash" | "zsh" | "fish") => {
      const words = wordsOf(program);
      terminal.print(shell === "fish" ? fishScript(words) : bashScript(words, shell === "zsh"));
    });
}

interface Words {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly string[];
}

function wordsOf(program: Command): readonly Words[] {
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    flags: [
      ...command.options.flatMap((option) => (option.long === undefined ? [] : [option.long])),
      ...command.commands.map((below) => below.name()),
    ],
  }));
}

function bashScript(words: readonly Words[], zsh: boolean): readonly string[] {
  return [
    ...(zsh ? ["autoload -U +X bashcompinit && bashcompinit"] : []),
    "_capstan() {",
    "  local current=$2",
    "  local words",
    "  set -- $COMP_LINE",
    "  case $2 in",
    ...words.map(({ name, flags }) => `    ${name}) words="${flags.join(" ")}" ;;`),
    `    *) words="${words.map(({ name }) => name).join(" ")}" ;;`,
    "  esac",
    `  [ "$COMP_CWORD" -gt 1 ] || words="${words.map(({ name }) => name).join(" ")}"`,
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    "}",
    "complete -o default -F _capstan capstan",
  ];
}

function fishScript(words: readonly Words[]): readonly string[] {
  const quoted = (text: string) => `'${text.replaceAll("'", "\\'")}'`;
  return words.flatMap(({ name, description, flags }) => [
    `complete -c capstan -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
    ...flags.map((flag) =>
      flag.startsWith("--")
        ? `complete -c capstan -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}`
        : `complete -c capstan -n '__fish_seen_subcommand_from ${name}' -a ${flag}`,
    ),
  ]);
}
