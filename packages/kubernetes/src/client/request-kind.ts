/** What a request's path is about, without any object's name: `pods`, `pods/log`, `jobs`; `discovery` where it asks what there is. */
export function requestKind(path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  const place = parts.slice(parts[0] === "apis" ? 3 : 2);
  const [kind, , sub] = place[0] === "namespaces" && place.length > 2 ? place.slice(2) : place;
  if (kind === undefined) return "discovery";
  return sub === undefined ? kind : `${kind}/${sub}`;
}
