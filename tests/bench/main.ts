// `npm run bench`: prints a table and writes JSON. Ratios within one run are what counts: machines are noisy.
import { runEngineBench } from "./engine.ts";
import { runRawQueueBench } from "./queue.ts";
import { printRows, writeRows } from "./report.ts";
import { runWholePathBench } from "./whole-path.ts";

const engine = await runEngineBench();
printRows(engine);
const raw = await runRawQueueBench();
printRows(raw);
const wholePath = await runWholePathBench(raw[0]?.value ?? Number.NaN);
printRows(wholePath);
process.stdout.write(`\nwritten to ${writeRows([...engine, ...raw, ...wholePath], new Date())}\n`);
