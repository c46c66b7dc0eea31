import { ExprMap, type ExprValue, type MapKey } from "../expr/value.ts";
import { EvaluationError } from "../result.ts";
import { define, type SprigEntry, text } from "./define.ts";

/** A semantic version; the fields have the names of Go's Version methods. */
class Version extends ExprMap {
  readonly keyType = "string";
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
  readonly original: string;

  constructor(original: string, numbers: readonly [bigint, bigint, bigint], prerelease: string, metadata: string) {
    super();
    this.original = original;
    [this.major, this.minor, this.patch] = numbers;
    this.prerelease = prerelease;
    this.metadata = metadata;
  }

  get(key: MapKey): ExprValue | undefined {
    const fields: Readonly<Record<string, ExprValue>> = {
      Major: this.major,
      Minor: this.minor,
      Patch: this.patch,
      Prerelease: this.prerelease,
      Metadata: this.metadata,
      Original: this.original,
    };
    return fields[String(key)];
  }

  keys(): Iterable<string> {
    return ["Major", "Minor", "Patch", "Prerelease", "Metadata", "Original"];
  }

  get size(): number {
    return 6;
  }
}

const versionPattern =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

function parseVersion(source: string): Version {
  const match = source.length > 256 ? null : versionPattern.exec(source);
  if (match === null) throw new EvaluationError("Invalid Semantic Version");
  const [, major = "0", minor = "0", patch = "0", prerelease = "", metadata = ""] = match;
  return new Version(source, [BigInt(major), BigInt(minor), BigInt(patch)], prerelease, metadata);
}

function comparePrerelease(left: string, right: string): number {
  if (left === right) return 0;
  // A release comes after its prereleases.
  if (left === "" || right === "") return left === "" ? 1 : -1;
  const a = left.split(".");
  const b = right.split(".");
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const x = a[index];
    const y = b[index];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    if (x === y) continue;
    const areNumbers = [x, y].map((part) => /^\d+$/.test(part));
    if (areNumbers[0] === true && areNumbers[1] === true) return BigInt(x) < BigInt(y) ? -1 : 1;
    if (areNumbers[0] !== areNumbers[1]) return areNumbers[0] === true ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return 0;
}

function compareVersions(left: Version, right: Version): number {
  for (const part of ["major", "minor", "patch"] as const) {
    if (left[part] !== right[part]) return left[part] < right[part] ? -1 : 1;
  }
  return comparePrerelease(left.prerelease, right.prerelease);
}

interface Bound {
  readonly operator: string;
  readonly version: Version;
  /** How many numbers the constraint names: "1.x" and "1" name one. */
  readonly precision: number;
}

const constraintPattern =
  /^\s*(=|==|!=|>|<|>=|=>|<=|=<|~|~>|\^)?\s*(v?(?:\d+|[xX*])(?:\.(?:\d+|[xX*]))?(?:\.(?:\d+|[xX*]))?(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)\s*$/;
const wildcard = /^[xX*]$/;

function parseBound(source: string): Bound {
  const match = constraintPattern.exec(source);
  if (match === null) throw new EvaluationError(`improper constraint: ${source.trim()}`);
  const [, operator = "", given = ""] = match;
  const [core = "", ...suffix] = given.split(/(?=[-+])/);
  const numbers = core.replace(/^v/, "").split(".");
  const firstWildcard = numbers.findIndex((part) => wildcard.test(part));
  const precision = firstWildcard < 0 ? numbers.length : firstWildcard;
  const filled = numbers.slice(0, precision).concat(["0", "0", "0"]).slice(0, 3).join(".");
  return { operator, version: parseVersion(filled + suffix.join("")), precision };
}

function next(version: Version, precision: number): Version {
  if (precision <= 1) return new Version("", [version.major + 1n, 0n, 0n], "", "");
  return new Version("", [version.major, version.minor + 1n, 0n], "", "");
}

function isWithin(version: Version, low: Version, high: Version): boolean {
  return compareVersions(version, low) >= 0 && compareVersions(version, high) < 0;
}

function caretEnd(bound: Bound): Version {
  const { major, minor, patch } = bound.version;
  if (major > 0n || bound.precision === 1) return next(bound.version, 1);
  if (minor > 0n || bound.precision === 2) return next(bound.version, 2);
  return new Version("", [major, minor, patch + 1n], "", "");
}

function satisfies(version: Version, bound: Bound): boolean {
  // A prerelease satisfies only a bound that names a prerelease itself.
  if (version.prerelease !== "" && bound.version.prerelease === "") return false;
  const order = compareVersions(version, bound.version);
  const isLoose = bound.precision < 3;
  const end = next(bound.version, bound.precision);
  switch (bound.operator) {
    case "":
    case "=":
    case "==":
      return bound.precision === 0 || (isLoose ? isWithin(version, bound.version, end) : order === 0);
    case "!=":
      return bound.precision !== 0 && (isLoose ? !isWithin(version, bound.version, end) : order !== 0);
    case ">":
      return isLoose ? compareVersions(version, end) >= 0 : order > 0;
    case ">=":
    case "=>":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
    case "=<":
      return isLoose ? compareVersions(version, end) < 0 : order <= 0;
    case "^":
      return bound.precision === 0 || isWithin(version, bound.version, caretEnd(bound));
    default:
      return (
        bound.precision === 0 || isWithin(version, bound.version, next(bound.version, Math.min(bound.precision, 2)))
      );
  }
}

/** Alternatives are separated by "||", the bounds of one by commas or spaces, and "a - b" is a range. */
function satisfiesConstraint(constraint: string, version: Version): boolean {
  if (constraint.length > 1_000) throw new EvaluationError("improper constraint: too long");
  return constraint
    .split("||")
    .map((alternative) => {
      const ranged = alternative.replace(/(\S+)\s+-\s+(\S+)/g, ">= $1, <= $2");
      const bounds = ranged.replace(/(?<=[0-9A-Za-z*])\s+(?=[=!<>~^v\d])/g, ", ").split(",");
      return bounds.map(parseBound).every((bound) => satisfies(version, bound));
    })
    .some((holds) => holds);
}

export const semverFunctions: readonly SprigEntry[] = [
  define("semver", ["string"], ([version]) => parseVersion(text(version))),
  define("semverCompare", ["string", "string"], ([constraint, version]) =>
    satisfiesConstraint(text(constraint), parseVersion(text(version))),
  ),
];
