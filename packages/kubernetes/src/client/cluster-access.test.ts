import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadClusterAccess } from "./cluster-access.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "capstan-kubeconfig-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function kubeconfig(user: string): string {
  const path = join(folder, "config");
  writeFileSync(
    path,
    `current-context: here
contexts: [{name: here, context: {cluster: c, user: u, namespace: work}}, {name: there, context: {cluster: nowhere, user: u}}]
clusters: [{name: c, cluster: {server: "https://10.0.0.1:6443", certificate-authority-data: ${Buffer.from("CA").toString("base64")}}}]
users: [{name: u, user: ${user}}]
`,
  );
  return path;
}

test("a kubeconfig's context gives server, authority, namespace and certificates, from the file or beside it", async () => {
  writeFileSync(join(folder, "me.crt"), "CERT");
  const path = kubeconfig(`{client-certificate: me.crt, client-key-data: ${Buffer.from("KEY").toString("base64")}}`);
  const access = await loadClusterAccess({ variables: { KUBECONFIG: path } });
  expect(access).toMatchObject({ ok: true, value: { ca: "CA", certificate: "CERT", key: "KEY", namespace: "work" } });
  expect(access.ok && access.value.server.href).toBe("https://10.0.0.1:6443/");
});

test("a credential plugin's token is used and kept until it expires", async () => {
  const plugin = join(folder, "plugin.sh");
  writeFileSync(
    plugin,
    `#!/bin/sh\necho x >> ${folder}/calls\nn=$(wc -l < ${folder}/calls)\necho '{"status": {"token": "t'$n'", "expirationTimestamp": "'$UNTIL'"}}'\n`,
    { mode: 0o755 },
  );
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const path = kubeconfig(`{exec: {command: ./plugin.sh, env: [{name: UNTIL, value: "${until}"}]}}`);
  const access = await loadClusterAccess({ kubeconfig: path, variables: {} });
  const tokens = access.ok ? [await access.value.token(), await access.value.token()] : [];
  expect(tokens.map((token) => token?.replaceAll(" ", ""))).toEqual(["t1", "t1"]);
});

test.each([
  { what: "no file", path: () => join(folder, "absent"), error: /absent cannot be read \(ENOENT\).*--kubeconfig/ },
  { what: "no such context", path: () => kubeconfig("{}"), context: "other", error: /no context "other"/ },
  { what: "no such cluster", path: () => kubeconfig("{}"), context: "there", error: /a cluster that is not there/ },
  { what: "a lost certificate", path: () => kubeconfig("{client-certificate: lost.crt}"), error: /lost\.crt/ },
])("$what is an error that says so", async ({ path, context, error }) => {
  const access = await loadClusterAccess({ kubeconfig: path(), variables: {}, ...(context && { context }) });
  expect(access.ok ? "" : access.error).toMatch(error);
});
