const pluginPrefix = "artifact-plugin-";

/** Names of containers that the system adds to Pods itself. */
export function isReservedContainerName(name: string): boolean {
  return name === "wait" || name === "supervisor" || name.startsWith(pluginPrefix);
}
