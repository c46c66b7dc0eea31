import { formatLabelSelector, matchesSelector, parseLabelSelector } from "@capstan/expressions";
import { fail, ok, type Result } from "../result.ts";

/** Labels or annotations by which a template, or else its workflow, says where its tasks run. */
export const placementKeys = {
  pool: "capstan.dev/pool",
  cluster: "capstan.dev/cluster",
  selector: "capstan.dev/selector",
} as const;

interface Labelled {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What an agent is, to a task that looks for one. */
export interface AgentPlace {
  readonly pool: string;
  readonly cluster: string;
  readonly labels: Readonly<Record<string, string>>;
}

const nameLengthMax = 63;
const selectorLengthMax = 512;
const plainName = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** What a pool's agents must be: at least one of these. */
export interface PoolDemand {
  readonly pool?: string | undefined;
  readonly cluster?: string | undefined;
  /** A label selector over the agents' labels. */
  readonly selector?: string | undefined;
}

/**
 * The pool of a task: a name (`gpu`), or what its agents must be, written as `poolNameOf` says, so that every such demand is a queue of its
 * own and agents find out themselves which they meet. What the template says goes before what the workflow says, key by key; the error
 * names the key that is wrong.
 */
export function choosePool(
  template: Labelled | undefined,
  workflow: Labelled | undefined,
  defaultPool: string,
): Result<string> {
  const chosen = (key: string): string | undefined => saidBy(template, key) ?? saidBy(workflow, key);
  const pool = chosen(placementKeys.pool);
  const cluster = chosen(placementKeys.cluster);
  const selector = chosen(placementKeys.selector);
  return pool === undefined && cluster === undefined && selector === undefined
    ? ok(defaultPool)
    : poolNameOf({ pool, cluster, selector });
}

/** `gpu`, `cluster=east`, `pool=gpu;cluster=east`, `selector=!spot,region=eu`: written in one way, so that two spellings of a demand share a queue. */
export function poolNameOf({ pool, cluster, selector }: PoolDemand): Result<string> {
  for (const [key, name] of [
    [placementKeys.pool, pool],
    [placementKeys.cluster, cluster],
  ] as const)
    if (name !== undefined && (name.length > nameLengthMax || !plainName.test(name)))
      return fail(
        `${key}: ${JSON.stringify(name)} is no name: letters, digits, "-", "_" and ".", at most ${nameLengthMax}`,
      );
  if (pool !== undefined && cluster === undefined && selector === undefined) return ok(pool);
  const demands = [
    ...(pool === undefined ? [] : [`pool=${pool}`]),
    ...(cluster === undefined ? [] : [`cluster=${cluster}`]),
  ];
  if (selector === undefined) return ok(demands.join(";"));
  const parsed = parseLabelSelector(selector);
  if (!parsed.ok) return fail(`${placementKeys.selector}: ${parsed.error}`);
  const written = formatLabelSelector(parsed.value);
  if (written.length > selectorLengthMax)
    return fail(`${placementKeys.selector}: longer than ${selectorLengthMax} characters`);
  return ok([...demands, `selector=${written}`].join(";"));
}

function saidBy(holder: Labelled | undefined, key: string): string | undefined {
  const value = holder?.annotations?.[key] ?? holder?.labels?.[key];
  return value === "" ? undefined : value;
}

/** Does a pool's name say what its agents must be? Any other is only a name. */
export function isDemandingPool(pool: string): boolean {
  return pool.includes("=");
}

/** May an agent take the tasks of a pool? Its own by name, and those whose demands it meets. */
export function servesPool(agent: AgentPlace, pool: string): boolean {
  return serversOf(pool)(agent);
}

/** Tells those agents that may take the tasks of a pool; for many agents, as the name is read once. */
export function serversOf(pool: string): (agent: AgentPlace) => boolean {
  if (!isDemandingPool(pool)) return (agent) => agent.pool === pool;
  const demands = pool.split(";").map(readDemand);
  return (agent) => demands.every((isMet) => isMet(agent));
}

function readDemand(demand: string): (agent: AgentPlace) => boolean {
  const equals = demand.indexOf("=");
  const [kind, value] = [demand.slice(0, equals), demand.slice(equals + 1)];
  if (kind === "pool") return (agent) => agent.pool === value;
  if (kind === "cluster") return (agent) => agent.cluster === value;
  const selector = kind === "selector" ? parseLabelSelector(value) : undefined;
  // What a newer coordinator demands is for newer agents.
  if (selector === undefined || !selector.ok) return () => false;
  return (agent) => matchesSelector(selector.value, agent.labels);
}
