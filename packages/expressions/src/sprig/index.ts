import type { SprigEntry } from "./define.ts";

/** Every sprig function that Argo offers, by name. */
export const sprigFunctions: readonly SprigEntry[] = [];
