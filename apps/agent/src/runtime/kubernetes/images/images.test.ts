import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Task } from "@capstan/core";
import { type KubeClient, KubeError } from "@capstan/kubernetes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../system-clock.ts";
import { aTask } from "../../../testing/a-task.ts";
import { ImageConfigs } from "./image-configs.ts";
import { parseImageReference } from "./image-reference.ts";
import { credentialsIn } from "./pull-secrets.ts";
import { RegistryClient } from "./registry-client.ts";

const digest = `sha256:${"a".repeat(64)}`;

test.each([
  ["busybox", "docker.io", "library/busybox", "latest"],
  ["busybox:1.36", "docker.io", "library/busybox", "1.36"],
  ["argoproj/argosay:v2", "docker.io", "argoproj/argosay", "v2"],
  ["quay.io/a/b", "quay.io", "a/b", "latest"],
  ["localhost:5000/x:1", "localhost:5000", "x", "1"],
  [`ghcr.io/a/b:tag@${digest}`, "ghcr.io", "a/b", digest],
])("%s is %s %s %s", (image, registry, repository, version) => {
  expect(parseImageReference(image)).toEqual({ ok: true, value: { registry, repository, version } });
});

test.each(["", "UPPER", "a b", "x@sha256:12", "../x", "x:y:z!"])("%j is no image", (image) => {
  expect(parseImageReference(image)).toMatchObject({ ok: false });
});

test.each([
  { what: "base64", entry: { auth: Buffer.from("me:pa:ss").toString("base64") } },
  { what: "fields", entry: { username: "me", password: "pa:ss" } },
])("a pull secret's $what, under any of Docker Hub's names", ({ entry }) => {
  const config = { auths: { "https://index.docker.io/v1/": entry } };
  const data = { ".dockerconfigjson": Buffer.from(JSON.stringify(config)).toString("base64") };
  expect(credentialsIn(data, "docker.io")).toEqual({ username: "me", password: "pa:ss" });
  expect(credentialsIn(data, "quay.io")).toBeUndefined();
  expect(credentialsIn({ ".dockerconfigjson": "bm90IGpzb24=" }, "docker.io")).toBeUndefined();
});

describe("a registry", () => {
  let server: Server;
  let url: string;
  let requests: string[];
  let answer: (request: IncomingMessage) => {
    readonly status: number;
    readonly headers?: object;
    readonly body?: string;
  };

  beforeEach(async () => {
    requests = [];
    server = createServer((request, response) => {
      requests.push(request.url ?? "");
      const { status, headers = {}, body = "" } = answer(request);
      response.writeHead(status, headers as Record<string, string>);
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const config = JSON.stringify({ config: { Entrypoint: ["/tool"], Cmd: ["--help"] } });
  const sha = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;
  const manifest = JSON.stringify({ config: { digest: sha(config) } });
  const index = JSON.stringify({
    manifests: [
      { digest, platform: { os: "linux", architecture: "s390x" } },
      { digest: sha(manifest), platform: { os: "linux", architecture: "amd64" } },
    ],
  });
  const files: Record<string, string> = {
    "/v2/library/tool/manifests/latest": index,
    [`/v2/library/tool/manifests/${sha(manifest)}`]: manifest,
    [`/v2/library/tool/blobs/${sha(config)}`]: config,
  };
  const serve = (request: IncomingMessage) => {
    const body = files[request.url ?? ""];
    return body === undefined ? { status: 404 } : { status: 200, body };
  };

  const nothing = { get: async () => Promise.reject(new KubeError(404, "NotFound", "no")) } as unknown as KubeClient;
  const images = (client = nothing, configured: { image: string; entrypoint: string[] }[] = []): ImageConfigs =>
    new ImageConfigs({
      client,
      configured,
      clock: systemClock,
      registry: new RegistryClient({ mirrors: new Map([["*", url]]), architecture: "amd64" }),
    });
  const task: Task = aTask({ container: { image: "tool" } });

  test("is asked once, for the node's platform; what is configured is not asked for", async () => {
    answer = serve;
    const known = images(nothing, [{ image: "mine", entrypoint: ["/mine"] }]);
    const expected = { entrypoint: ["/tool"], cmd: ["--help"] };
    expect(await Promise.all([known.lookUp("tool", task), known.lookUp("tool", task)])).toEqual([expected, expected]);
    expect(requests).toHaveLength(3);
    expect(await known.lookUp("mine", task)).toEqual({ entrypoint: ["/mine"], cmd: [] });
    expect(requests).toHaveLength(3);
  });

  test("that wants a token gets the one of its realm, asked for with the Pod's pull secret", async () => {
    const secret = { auths: { "docker.io": { username: "me", password: "pw" } } };
    const client = {
      get: async (path: string) =>
        path.includes("/secrets/")
          ? { data: { ".dockerconfigjson": Buffer.from(JSON.stringify(secret)).toString("base64") } }
          : { imagePullSecrets: [{ name: "hub" }] },
    } as unknown as KubeClient;
    let proof: string | undefined;
    answer = (request) => {
      if (request.url?.startsWith("/token")) {
        proof = request.headers.authorization;
        return { status: 200, body: JSON.stringify({ token: "t" }) };
      }
      if (request.headers.authorization === "Bearer t") return serve(request);
      const challenge = `Bearer realm="${url}/token",service="s",scope="repository:library/tool:pull"`;
      return { status: 401, headers: { "www-authenticate": challenge } };
    };
    expect(await images(client).lookUp("tool", task)).toMatchObject({ entrypoint: ["/tool"] });
    expect(proof).toBe(`Basic ${Buffer.from("me:pw").toString("base64")}`);
    expect(requests.find((path) => path.startsWith("/token"))).toContain("scope=repository%3Alibrary%2Ftool%3Apull");
  });

  test.each([
    { what: "lacks it", give: () => ({ status: 404 }), error: /does not have it/ },
    { what: "refuses it", give: () => ({ status: 403 }), error: /refuses to show it/ },
    { what: "talks nonsense", give: () => ({ status: 200, body: "<html>" }), error: /could not be found out/ },
    { what: "never ends", give: () => ({ status: 200, body: "x".repeat(5_000_000) }), error: /sent more than/ },
    {
      what: "lies",
      give: (request: IncomingMessage) =>
        request.url?.includes("/blobs/") ? { status: 200, body: "{}" } : serve(request),
      error: /gave something else than sha256/,
    },
  ])("that $what is told with the ways out", async ({ give, error }) => {
    answer = give;
    const failure = await images()
      .lookUp("tool", task)
      .catch((caught: unknown) => String(caught));
    expect(failure).toMatch(error);
    expect(failure).toContain("Give the container a command");
  });
});
