import { keySelector, labels } from "./pod-fields.ts";
import { each, type Fields, list, type Shape, struct } from "./shape.ts";

const secrets = (names: string) => each(keySelector, names);

const s3 = struct("s3", () => ({
  ...each("string", "endpoint bucket region key roleARN addressingStyle"),
  ...each("boolean", "insecure useSDKCreds"),
  ...secrets("accessKeySecret secretKeySecret sessionTokenSecret caSecret"),
  createBucketIfNotPresent: struct("createBucketIfNotPresent", () => ({ objectLocking: "boolean" })),
  encryptionOptions: struct("encryptionOptions", () => ({
    ...each("string", "kmsKeyId kmsEncryptionContext"),
    enableEncryption: "boolean",
    serverSideCustomerKeySecret: keySelector,
  })),
}));

const git = struct("git", () => ({
  ...each("string", "repo revision branch"),
  depth: "integer",
  fetch: list("string"),
  ...each("boolean", "disableSubmodules insecureIgnoreHostKey insecureSkipTLS singleBranch"),
  ...secrets("usernameSecret passwordSecret sshPrivateKeySecret"),
}));

const nameAndValue = struct("name and value", () => each("string", "name value"));

const http = struct("http", () => ({
  url: "string",
  headers: list(nameAndValue),
  saveStreamViaFile: "boolean",
  auth: struct("auth", () => ({
    basicAuth: struct("basicAuth", () => secrets("usernameSecret passwordSecret")),
    clientCert: struct("clientCert", () => secrets("clientCertSecret clientKeySecret")),
    oauth2: struct("oauth2", () => ({
      ...secrets("clientIDSecret clientSecretSecret tokenURLSecret"),
      scopes: list("string"),
      endpointParams: list(struct("endpoint parameter", () => each("string", "key value"))),
    })),
  })),
}));

const hdfs = struct("hdfs", () => ({
  addresses: list("string"),
  ...each("string", "path hdfsUser dataTransferProtection krbRealm krbServicePrincipalName krbUsername"),
  force: "boolean",
  ...secrets("krbCCacheSecret krbKeytabSecret krbConfigConfigMap"),
}));

const oss = struct("oss", () => ({
  ...each("string", "endpoint bucket key securityToken"),
  ...each("boolean", "createBucketIfNotPresent useSDKCreds"),
  ...secrets("accessKeySecret secretKeySecret"),
  lifecycleRule: struct("lifecycleRule", () => each("integer", "markDeletionAfterDays markInfrequentAccessAfterDays")),
}));

const locationFields = (): Fields => ({
  archiveLogs: "boolean",
  artifactory: struct("artifactory", () => ({ url: "string", ...secrets("usernameSecret passwordSecret") })),
  azure: struct("azure", () => ({
    ...each("string", "endpoint container blob"),
    accountKeySecret: keySelector,
    useSDKCreds: "boolean",
  })),
  gcs: struct("gcs", () => ({ ...each("string", "bucket key"), serviceAccountKeySecret: keySelector })),
  git,
  hdfs,
  http,
  oss,
  plugin: struct("plugin", () => ({
    ...each("string", "name configuration key"),
    connectionTimeoutSeconds: "integer",
  })),
  raw: struct("raw", () => ({ data: "string" })),
  s3,
});

/** The fields that say where an artifact is, one of which it has. */
export const artifactLocations = [
  "artifactory",
  "azure",
  "gcs",
  "git",
  "hdfs",
  "http",
  "oss",
  "plugin",
  "raw",
  "s3",
] as const;

export const artifactLocation: Shape = struct("archiveLocation", locationFields);

const archiveStrategy = struct("archive", () => ({
  none: "object",
  tar: struct("tar", () => ({ compressionLevel: "integer" })),
  zip: "object",
}));

export const metadata: Shape = struct("metadata", () => ({ labels, annotations: labels }));

const artifactFields = (): Fields => ({
  ...each("string", "name path from fromExpression subPath globalName"),
  ...each("boolean", "optional recurseMode deleted"),
  mode: "integer",
  archive: archiveStrategy,
  artifactGC: struct("artifactGC", () => ({ ...each("string", "strategy serviceAccountName"), podMetadata: metadata })),
  ...locationFields(),
});

export const artifact: Shape = struct("artifact", artifactFields);

export const dataSource: Shape = struct("source", () => ({ artifactPaths: struct("artifactPaths", artifactFields) }));

const valueFrom = struct("valueFrom", () => ({
  ...each("string", "path jsonPath jqFilter parameter expression event"),
  default: "text",
  supplied: "object",
  configMapKeyRef: keySelector,
}));

const parameter: Shape = struct("parameter", () => ({
  ...each("string", "name globalName"),
  ...each("text", "value default description"),
  enum: list("text"),
  valueFrom,
}));

export const argumentsShape: Shape = struct("arguments", () => ({
  parameters: list(parameter, "name"),
  artifacts: list(artifact, "name"),
}));

export const outputs: Shape = struct("outputs", () => ({
  parameters: list(parameter, "name"),
  artifacts: list(artifact, "name"),
  ...each("string", "result exitCode"),
}));

export const httpTemplate: Shape = struct("http", () => ({
  ...each("string", "method url body successCondition"),
  insecureSkipVerify: "boolean",
  timeoutSeconds: "integer",
  bodyFrom: struct("bodyFrom", () => ({ bytes: "string" })),
  headers: list(
    struct("header", () => ({
      ...each("string", "name value"),
      valueFrom: struct("valueFrom", () => ({ secretKeyRef: keySelector })),
    })),
  ),
}));
