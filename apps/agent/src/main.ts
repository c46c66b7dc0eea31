import closeWithGrace from "close-with-grace";
import { pino } from "pino";
import { aclCommand } from "./acl-command.ts";
import { startAgent } from "./compose.ts";
import { readConfig, usage } from "./config.ts";

if (process.argv[2] === "acl") {
  const answer = aclCommand(process.argv.slice(3), process.env);
  if (!answer.ok) console.error(`capstan agent acl: ${answer.error}`);
  else {
    console.log(answer.value.line);
    if (answer.value.note !== undefined) console.error(answer.value.note);
  }
  process.exit(answer.ok ? 0 : 2);
}
const config = readConfig(process.argv.slice(2), process.env);
if (config === "help") {
  console.log(usage);
  process.exit(0);
}
if (!config.ok) {
  console.error(`capstan agent: ${config.error}\n\n${usage}`);
  process.exit(2);
}
const logger = pino({ name: "capstan-agent", level: config.value.logLevel, base: { node: config.value.nodeName } });
// A stop that comes while the agent still waits for Redis has nothing to hand back.
const stopEarly = (): never => process.exit(0);
process.once("SIGTERM", stopEarly).once("SIGINT", stopEarly);
const agent = await startAgent(config.value, logger);
if (!agent.ok) {
  console.error(`capstan agent: ${agent.error}`);
  process.exit(1);
}
process.off("SIGTERM", stopEarly).off("SIGINT", stopEarly);
closeWithGrace({ delay: config.value.killGraceMs + 15_000, logger }, async ({ signal, err }) => {
  if (err !== undefined) logger.error({ err }, "the agent failed");
  logger.info({ signal }, "the agent is stopping");
  await agent.value.stop();
});
