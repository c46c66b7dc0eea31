import { basename } from "node:path";
import { type Artifact, objectAt, textAt } from "@capstan/core";

const artifactLocations = ["s3", "gcs", "oss", "azure", "hdfs", "http", "artifactory", "git", "plugin"];

/** The key of an artifact in its store, for the kinds of store that have keys. */
export function artifactKey(artifact: Artifact): string | undefined {
  for (const location of ["s3", "gcs", "oss", "plugin"]) {
    const key = textAt(objectAt(artifact, location), "key");
    if (key !== undefined) return key;
  }
  return textAt(objectAt(artifact, "azure"), "blob") ?? textAt(objectAt(artifact, "hdfs"), "path");
}

/** The kind of store that an artifact names, if it names one. */
export function artifactLocation(artifact: Artifact): string | undefined {
  return artifactLocations.find((name) => artifact[name] !== undefined);
}

/** Default key of an output: unique by pod name, which holds the node's id. */
export function defaultArtifactKey(workflowName: string, podName: string, artifact: Artifact): string {
  const plain = artifact.archive?.["none"] !== undefined;
  const name = plain ? basename(artifact.path ?? artifact.name) : `${artifact.name}.tgz`;
  return `${workflowName}/${podName}/${name}`;
}
