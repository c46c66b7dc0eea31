/** One name for an artifact's key, however it is written; none climbs out above the first. */
export function normalKey(key: string): string {
  const names: string[] = [];
  for (const name of key.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return names.join("/");
}
