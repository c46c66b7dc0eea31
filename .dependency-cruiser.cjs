// The layout as a gate: who may import whom (docs/architecture.md).
const inside = (names) => `^(${names.join("|")})/`;

/** A package may import only what is listed, besides itself and npm packages. */
function only(from, allowed) {
  return {
    name: `${from.replace("packages/", "")}-imports-only-its-layer`,
    severity: "error",
    from: { path: `^${from}/` },
    to: { path: "^(packages|apps|tests)/", pathNot: inside([from, ...allowed]) },
  };
}

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "everything-resolves", severity: "error", from: {}, to: { couldNotResolve: true } },
    { name: "nobody-imports-apps", severity: "error", from: { path: "^packages/" }, to: { path: "^apps/" } },
    {
      name: "agent-and-coordinator-are-strangers",
      severity: "error",
      from: { path: "^apps/(agent|coordinator)/" },
      to: { path: "^apps/(agent|coordinator|cli)/", pathNot: "^apps/$1/" },
    },
    {
      name: "testkit-only-in-tests",
      severity: "error",
      from: { path: "^(packages|apps)/", pathNot: ["^packages/testkit/", "\\.(test|e2e\\.test)\\.ts$", "/testing/"] },
      to: { path: "^packages/testkit/" },
    },
    {
      name: "pure-packages-do-no-io",
      severity: "error",
      from: { path: "^packages/(core|expressions)/", pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "pure-packages-know-no-server",
      severity: "error",
      from: { path: "^packages/(core|expressions|manifest)/", pathNot: "\\.test\\.ts$" },
      to: { path: "node_modules/(ioredis|bullmq|fastify|@kubernetes)" },
    },
    {
      name: "redis-only-in-its-adapter",
      severity: "error",
      from: { path: "^(packages|apps)/", pathNot: "^packages/(redis|testkit)/" },
      to: { path: "node_modules/(ioredis|bullmq)" },
    },
    {
      name: "only-compose-builds-adapters",
      severity: "error",
      from: {
        path: "^apps/(agent|coordinator)/src/",
        pathNot: ["/compose\\.ts$", "/acl-command\\.ts$", "\\.test\\.ts$"],
      },
      to: { path: "^packages/redis/", dependencyTypesNot: ["type-only"] },
    },
    only("packages/expressions", []),
    only("packages/core", ["packages/expressions", "packages/testkit"]),
    only("packages/manifest", ["packages/core", "packages/expressions", "packages/testkit"]),
    only("packages/protocol", ["packages/core", "packages/testkit"]),
    only("packages/redis", ["packages/core", "packages/protocol", "packages/testkit"]),
    only("packages/client", []),
    only("apps/ui", ["packages/client"]),
    only("packages/kubernetes", ["packages/core", "packages/manifest", "packages/testkit"]),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^apps/ui/dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
