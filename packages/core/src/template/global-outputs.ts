import type { Artifact, Outputs, Parameter } from "../spec/arguments.ts";

/**
 * The workflow's outputs after a node has ended: its outputs with a `globalName` are put in under that name, the last one
 * wins. Returns the very same object when nothing changes.
 */
export function withGlobalOutputs(current: Outputs | undefined, ended: Outputs | undefined): Outputs | undefined {
  let outputs = current;
  for (const parameter of ended?.parameters ?? []) outputs = withParameter(outputs, parameter);
  for (const artifact of ended?.artifacts ?? []) outputs = withArtifact(outputs, artifact);
  return outputs;
}

function withParameter(outputs: Outputs | undefined, parameter: Parameter): Outputs | undefined {
  const name = parameter.globalName;
  if (!name) return outputs;
  const { value } = parameter;
  const known = outputs?.parameters?.find((candidate) => candidate.name === name);
  if (known !== undefined && (value === undefined || known.value === value)) return outputs;
  const entry: Parameter = { name, ...(value !== undefined && { value }) };
  return { ...outputs, parameters: replaceByName(outputs?.parameters ?? [], entry) };
}

function withArtifact(outputs: Outputs | undefined, artifact: Artifact): Outputs | undefined {
  const { globalName, path: _path, ...rest } = artifact;
  if (!globalName) return outputs;
  const entry: Artifact = { ...rest, name: globalName };
  const known = outputs?.artifacts?.find((candidate) => candidate.name === globalName);
  if (known !== undefined && JSON.stringify(known) === JSON.stringify(entry)) return outputs;
  return { ...outputs, artifacts: replaceByName(outputs?.artifacts ?? [], entry) };
}

function replaceByName<T extends { readonly name: string }>(list: readonly T[], entry: T): readonly T[] {
  const index = list.findIndex((candidate) => candidate.name === entry.name);
  return index < 0 ? [...list, entry] : list.with(index, entry);
}
