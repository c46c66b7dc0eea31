import closeWithGrace from "close-with-grace";
import { startCoordinator } from "./compose.ts";
import { parseConfig, usage } from "./config.ts";

/** The wrong use of a command, as shells know it. */
const exitMisuse = 2;
const stopWithinMs = 10_000;

const config = parseConfig(process.argv.slice(2), process.env);
if (!config.ok) {
  process.stderr.write(`${config.error}\n\n${usage}`);
  process.exit(exitMisuse);
}
if (config.value === "help") {
  process.stdout.write(usage);
  process.exit(0);
}
const coordinator = await startCoordinator(config.value);
if (!coordinator.ok) {
  process.stderr.write(`${coordinator.error}\n`);
  process.exit(1);
}
const running = coordinator.value;
closeWithGrace({ delay: stopWithinMs }, async ({ err }) => {
  if (err) process.stderr.write(`${err.stack ?? err.message}\n`);
  await running.stop();
});
