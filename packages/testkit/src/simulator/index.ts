export { calm, type Faults } from "./faults.ts";
export { Random } from "./random.ts";
export { ConnectionLostError, SimulatedProcess } from "./simulated-process.ts";
