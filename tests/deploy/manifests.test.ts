import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { readConfig } from "@capstan/agent";
import { parseConfig } from "@capstan/coordinator";
import type { Json, JsonObject } from "@capstan/core";
import { describe, expect, it } from "vitest";
import { workspace } from "../../deploy/docker/image-sources.ts";
import { images } from "../../deploy/docker/images.ts";
import { helm, kubectl, objectsOf, overlays, renderHelm, renderKustomize } from "./render.ts";
import { at, containersOf, listAt, nameOf, type RenderedContainer } from "./workloads.ts";

if (kubectl === undefined) console.log("skipped: deploy manifests: there is no kubectl that renders them");
if (helm === undefined) console.log("skipped: deploy chart: there is no helm");

const components = ["namespaced", "redis-tls", "redis-ca", "monitoring"];

describe.skipIf(kubectl === undefined)("what deploy/kustomize makes", () => {
  const rendered = kubectl === undefined ? [] : overlays.map((name) => [name, renderKustomize(name)] as const);
  const containers = rendered.flatMap(([overlay, objects]) =>
    containersOf(objects).map((container) => ({ ...container, title: `${overlay}: ${container.title}` })),
  );

  it.each(containers)("$title is hardened", ({ spec, podSpec }) => {
    const [pod, own] = [at(podSpec, "securityContext"), at(spec, "securityContext")];
    expect(pod).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(own).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
    // Only the init containers that hand over a folder of the node act as root, and with one capability.
    const chowns = (spec["command"] as readonly string[] | undefined)?.includes("chown") === true;
    expect(own["capabilities"]).toEqual(chowns ? { drop: ["ALL"], add: ["CHOWN"] } : { drop: ["ALL"] });
    expect({ ...pod, ...own }["runAsUser"] === 0).toBe(chowns);
    for (const field of ["hostNetwork", "hostPID", "hostIPC"]) expect(podSpec[field]).toBeUndefined();
  });

  it.each(containers)("$title says what it needs and which version it is", ({ spec, podSpec }) => {
    expect(at(spec, "resources", "requests")).toMatchObject({ cpu: expect.any(String), memory: expect.any(String) });
    expect(at(spec, "resources", "limits")).toMatchObject({ memory: expect.any(String) });
    expect(spec["image"]).toMatch(/:\d[\w.-]*$/);
    expect(podSpec["priorityClassName"]).toBe("capstan");
    expect(podSpec["enableServiceLinks"]).toBe(false);
  });

  it.each(containers.filter(({ isInit }) => !isInit))("$title is probed", ({ spec }) => {
    expect(spec["livenessProbe"]).toBeDefined();
    expect(spec["startupProbe"]).toBeDefined();
  });

  it.each(rendered)("%s: images are ours or Redis, and run as the user that they are made for", (_, objects) => {
    for (const { spec, podSpec } of containersOf(objects)) {
      const name = /^capstan\/(\w+):/.exec(String(spec["image"]))?.[1];
      const image = images.find((one) => one.name === name);
      if (image === undefined) expect(spec["image"]).toMatch(/^redis:/);
      else if (at(spec, "securityContext")["runAsUser"] !== 0 && name !== "supervisor")
        expect(`${at(podSpec, "securityContext")["runAsUser"]}:${at(podSpec, "securityContext")["runAsGroup"]}`).toBe(
          image.user,
        );
    }
  });

  it.each(rendered)("%s: no right is given by a wildcard, and none on Secrets", (_, objects) => {
    const bound = objects
      .filter(({ kind }) => String(kind).endsWith("RoleBinding"))
      .map((binding) => String(at(binding, "roleRef")["name"]));
    const roles = objects.filter(({ kind }) => kind === "ClusterRole" || kind === "Role");
    const rules = roles.flatMap((role) => listAt(role, "rules"));
    expect(JSON.stringify(rules)).not.toContain("*");
    const boundRules = roles.filter((role) => bound.includes(nameOf(role))).flatMap((role) => listAt(role, "rules"));
    expect(JSON.stringify(boundRules)).not.toContain('"secrets"');
    expect(JSON.stringify(boundRules)).not.toContain("escalate");
  });

  it.each(rendered)("%s: agents understand their flags and variables", (_, objects) => {
    const agents = containersOf(objects).filter(({ name }) => name === "agent");
    expect(agents).toHaveLength(1);
    for (const agent of agents) {
      expect(readConfig(argsOf(agent), variablesOf(agent))).toMatchObject({
        ok: true,
        value: {
          runtime: "kubernetes",
          kubernetes: { transferPort: hostPortOf(agent), supervisor: { image: initImageOf(agent) } },
        },
      });
    }
  });

  it.each(rendered)("%s: coordinators understand their flags and variables", (_, objects) => {
    for (const coordinator of containersOf(objects).filter(({ name }) => name === "coordinator")) {
      const config = parseConfig(argsOf(coordinator), variablesOf(coordinator));
      expect(config).toMatchObject({ ok: true, value: { host: "0.0.0.0", port: 2746 } });
    }
  });

  it.each(rendered)("%s: every Secret that Pods need is one that make-secrets.sh makes", (overlay, objects) => {
    const flags = overlay === "agent-only" ? ["--agent-only", "rediss://a"] : [];
    const made = secretKeys(makeSecrets(...flags));
    for (const [secret, key] of containersOf(objects).flatMap(secretsOf)) expect(made[secret]).toContain(key);
  });
});

describe.skipIf(kubectl === undefined || helm === undefined)("the chart makes what deploy/kustomize makes", () => {
  const agentsOnly = ["coordinator.enabled=false", "redis.enabled=false", "agent.pool=east", "agent.cluster=east"];
  const everything = [
    "namespace=workflows",
    "redis.tls.enabled=true",
    "redisCa.secretName=capstan-redis-ca",
    "serviceMonitor.enabled=true",
  ];
  it.each([
    { overlay: "base", components: [], values: [] },
    { overlay: "external-redis", components: [], values: ["redis.enabled=false"] },
    { overlay: "agent-only", components: [], values: agentsOnly },
    { overlay: "base", components, values: everything },
  ])("$overlay $components", ({ overlay, components: added, values }) => {
    const rendered = renderHelm("secrets.create=false", ...values);
    // Helm installs the CRDs of a chart always, or never (--skip-crds); where agents are alone nobody needs them.
    const chart = comparable(
      overlay === "agent-only" ? rendered.filter(({ kind }) => kind !== "CustomResourceDefinition") : rendered,
    );
    const kustomize = comparable(renderKustomize(overlay, added));
    expect(Object.keys(chart).sort()).toEqual(Object.keys(kustomize).sort());
    expect(chart).toEqual(kustomize);
  });

  it("makes the Secrets that make-secrets.sh makes", () => {
    const secrets = renderHelm().filter(({ kind }) => kind === "Secret");
    expect(secretKeys(secrets)).toEqual(secretKeys(makeSecrets()));
  });

  it("refuses values that it does not know", () => {
    expect(() => renderHelm("coordinator.replica=3")).toThrow(/replica/);
    expect(() => renderHelm("coordinator.replicas=many")).toThrow(/replicas/);
    expect(() => renderHelm("redis.enabled=false")).toThrow(/externalRedis\.coordinatorUrl is needed/);
  });
});

describe("deploy/make-secrets.sh", () => {
  it("makes other passwords each time, and addresses that hold them", () => {
    const [first, second] = [makeSecrets(), makeSecrets()];
    const password = String(at(secretNamed(first, "capstan-redis"), "stringData")["agent-password"]);
    expect(password).toMatch(/^[0-9a-f]{64}$/);
    expect(at(secretNamed(first, "capstan-agent"), "stringData")["redis-url"]).toBe(
      `redis://agent:${password}@capstan-redis.capstan.svc:6379`,
    );
    expect(at(secretNamed(second, "capstan-redis"), "stringData")["agent-password"]).not.toBe(password);
  });

  it("takes addresses as they are", () => {
    const secrets = makeSecrets("--namespace", "other", "--redis", "rediss://c:it's@h:1", "redis://a:b@h:2");
    expect(secrets.map(nameOf)).toEqual(["capstan-coordinator", "capstan-agent"]);
    expect(secrets.map((secret) => at(secret, "metadata")["namespace"])).toEqual(["other", "other"]);
    expect(at(secretNamed(secrets, "capstan-coordinator"), "stringData")["redis-url"]).toBe("rediss://c:it's@h:1");
  });
});

function argsOf({ spec }: RenderedContainer): readonly string[] {
  return (spec["args"] as readonly string[]).map((arg) => arg.replace(/\$\(\w+\)/g, "some-name"));
}

/** The container's variables; those that come from elsewhere have a value of the right shape. */
function variablesOf({ spec }: RenderedContainer): NodeJS.ProcessEnv {
  return Object.fromEntries(
    listAt(spec, "env").map((variable) => [
      String(variable["name"]),
      String(variable["value"] ?? (variable["name"] === "CAPSTAN_REDIS" ? "redis://redis:6379" : "value")),
    ]),
  );
}

function hostPortOf({ spec }: RenderedContainer): Json | undefined {
  return listAt(spec, "ports").find(({ name }) => name === "transfer")?.["hostPort"];
}

function initImageOf({ podSpec }: RenderedContainer): Json | undefined {
  return listAt(podSpec, "initContainers").find(({ name }) => name === "state")?.["image"];
}

function secretsOf({ spec }: RenderedContainer): readonly (readonly [string, string])[] {
  return listAt(spec, "env").flatMap((variable) => {
    const reference = at(variable, "valueFrom", "secretKeyRef");
    return reference["name"] === undefined ? [] : [[String(reference["name"]), String(reference["key"])] as const];
  });
}

function makeSecrets(...flags: readonly string[]): readonly JsonObject[] {
  return objectsOf(execFileSync(join(workspace, "deploy/make-secrets.sh"), flags, { encoding: "utf8" }));
}

function secretNamed(secrets: readonly JsonObject[], name: string): JsonObject {
  return secrets.find((secret) => nameOf(secret) === name) ?? {};
}

function secretKeys(secrets: readonly JsonObject[]): { readonly [name: string]: readonly string[] } {
  return Object.fromEntries(secrets.map((secret) => [nameOf(secret), Object.keys(at(secret, "stringData")).sort()]));
}

/** Objects by kind and name, without what only one of the two tools adds. */
function comparable(objects: readonly JsonObject[]): { readonly [title: string]: Json } {
  const configName = /capstan-redis-config-\w+/g;
  const helmOnly = new Set([
    ...["helm.sh/chart", "app.kubernetes.io/managed-by", "app.kubernetes.io/instance", "checksum/config"],
  ]);
  const unordered = new Set(["env", "volumes", "volumeMounts"]);
  return Object.fromEntries(
    objects
      // Helm's users make the namespace themselves.
      .filter(({ kind }) => kind !== "Namespace")
      .map((object): [string, Json] => {
        const text = JSON.stringify(object, (key, value: Json) => {
          if (helmOnly.has(key) || (key === "namespace" && value === "capstan")) return undefined;
          return unordered.has(key) && Array.isArray(value) ? value.toSorted(byName) : value;
        }).replace(configName, "capstan-redis-config");
        return [`${object["kind"]} ${nameOf(JSON.parse(text) as JsonObject)}`, JSON.parse(text) as Json];
      }),
  );
}

function byName(left: Json, right: Json): number {
  const [one, other] = [left, right].map((item) => String((item as JsonObject)["name"]));
  return one === other ? 0 : (one ?? "") < (other ?? "") ? -1 : 1;
}
