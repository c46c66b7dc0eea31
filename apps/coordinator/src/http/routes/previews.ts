import { type ManifestSchema, manifestSchema } from "@capstan/manifest";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { admitWorkflow } from "../admission.ts";
import { ApiError } from "../api-error.ts";
import { checkedInput, jsonObject, namespaceName } from "../checked-input.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { limits } from "../limits.ts";
import { describeRoute } from "../openapi.ts";
import { type ManifestsPreview, previewManifests, previewSnapshot } from "../preview-manifests.ts";
import { type InNamespace, namespaceParams } from "../route-params.ts";
import { submitBody, submittedTemplate } from "../submitted-template.ts";
import { graphSnapshotSchema } from "../views/graph-schemas.ts";

const textBody = z.object({ text: z.string().describe("manifests: YAML, several documents, or JSON") });
const previewBody = z.union([textBody, submitBody]);

const problem = z
  .object({
    code: z.string(),
    severity: z.enum(["error", "warning"]),
    message: z.string().describe("what is wrong and what to do"),
    path: z.string(),
    line: z.number().int().optional(),
    column: z.number().int().optional(),
  })
  .meta({ id: "ManifestProblem" });

const preview = z
  .object({
    documents: z.array(
      z.object({ kind: z.string(), name: z.string(), line: z.number().int().optional(), object: jsonObject }),
    ),
    problems: z.array(problem),
    graph: graphSnapshotSchema.optional().describe("what would run; absent while there are errors"),
  })
  .meta({ id: "ManifestsPreview" });

const shape = z.unknown().describe('a word, or {"list": shape}, {"map": shape}, {"struct": name}');
const schemaField = z.object({ shape, note: z.string().optional(), advice: z.string().optional() });

const schema = z
  .object({
    kinds: z.record(z.string(), shape),
    structs: z.record(z.string(), z.record(z.string(), schemaField)),
  })
  .meta({ id: "ManifestSchema" });

/** What manifests may say, and what they would do. */
export function previewRoutes(server: FastifyInstance, dependencies: HttpDependencies): void {
  const describing = describeRoute({
    ...{ tag: "Templates", id: "GetManifestSchema", summary: "The fields of manifests, for editors", response: schema },
  });
  let written: ManifestSchema | undefined;
  server.get("/api/v1/capstan/manifest-schema", describing, async () => {
    written ??= manifestSchema();
    return written;
  });

  const previewing = describeRoute({
    ...{ tag: "Views", id: "PreviewManifests", summary: "Draws what manifests, or a stored template, would run" },
    description:
      "Nothing is stored. Mistakes in a text are answered as problems with their lines; what a stored template refuses is an error as for a submit.",
    ...{ params: namespaceParams, body: previewBody, response: preview },
  });
  server.post<InNamespace>(
    "/api/v1/capstan/workflows/:namespace/preview",
    previewing,
    async (request): Promise<ManifestsPreview> => {
      const namespace = checkedInput(namespaceName, request.params.namespace, "namespace");
      const body = checkedInput(previewBody, request.body, "body");
      if ("text" in body) {
        refuseLong(body.text);
        return previewManifests(dependencies, namespace, body.text);
      }
      const { workflow, options } = submittedTemplate(body);
      const { bundle, problems } = await admitWorkflow(dependencies, namespace, workflow, { options });
      return { documents: [], problems, graph: previewSnapshot(bundle) };
    },
  );
}

function refuseLong(text: string): void {
  if (text.length <= limits.yamlBytesMax) return;
  const most = `${limits.yamlBytesMax / 1024 / 1024} MiB`;
  throw new ApiError("InvalidArgument", `the text has more than ${most}: submit it with the command line`);
}
