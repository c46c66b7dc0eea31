import { expect, test } from "vitest";
import { requestKind } from "./request-kind.ts";

test.each([
  ["/api/v1/pods", "pods"],
  ["/api/v1/namespaces/a/pods/b", "pods"],
  ["/api/v1/namespaces/a/pods/b/log", "pods/log"],
  ["/api/v1/namespaces/a", "namespaces"],
  ["/api/v1/nodes/n", "nodes"],
  ["/apis/batch/v1/namespaces/a/jobs/b/status", "jobs/status"],
  ["/apis/argoproj.io/v1alpha1/workflows", "workflows"],
  ["/apis/batch/v1", "discovery"],
  ["/apis", "discovery"],
  ["/version", "discovery"],
])("%s is about %s", (path, kind) => expect(requestKind(path)).toBe(kind));
