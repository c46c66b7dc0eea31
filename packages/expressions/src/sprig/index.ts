import { dateFunctions } from "./dates.ts";
import { defaultFunctions } from "./defaults.ts";
import type { SprigEntry } from "./define.ts";
import { dictionaryFunctions } from "./dictionaries.ts";
import { encodingFunctions } from "./encodings.ts";
import { listFunctions } from "./lists.ts";
import { numberFunctions } from "./numbers.ts";
import { pathAndUrlFunctions } from "./paths.ts";
import { patternFunctions } from "./patterns.ts";
import { randomFunctions } from "./randoms.ts";
import { semverFunctions } from "./semver.ts";
import { stringFunctions } from "./strings.ts";
import { wordFunctions } from "./words.ts";

/** Every sprig function that Argo offers: the generic map without env and expandenv. */
export const sprigFunctions: readonly SprigEntry[] = [
  ...stringFunctions,
  ...wordFunctions,
  ...numberFunctions,
  ...listFunctions,
  ...dictionaryFunctions,
  ...defaultFunctions,
  ...encodingFunctions,
  ...dateFunctions,
  ...patternFunctions,
  ...pathAndUrlFunctions,
  ...semverFunctions,
  ...randomFunctions,
];
