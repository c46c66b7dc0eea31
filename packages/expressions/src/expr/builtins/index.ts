import type { Builtin } from "./builtin.ts";
import { collectionBuiltins } from "./collections.ts";
import { numberBuiltins } from "./numbers.ts";
import { stringBuiltins } from "./strings.ts";
import { timeBuiltins } from "./times.ts";

/** Every builtin that takes plain arguments, by name. */
export const builtins: ReadonlyMap<string, Builtin> = new Map([
  ...stringBuiltins,
  ...numberBuiltins,
  ...collectionBuiltins,
  ...timeBuiltins,
]);
