import { runProgram } from "./program.ts";
import { createTerminal } from "./terminal.ts";

const exitCode = await runProgram(process.argv.slice(2), createTerminal());
// Whatever still holds the event loop (a kept-alive connection) has nothing left to say; what was written goes out first.
process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));
