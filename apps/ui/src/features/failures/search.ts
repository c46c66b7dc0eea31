/** Which failures are listed, as the page's address keeps it. */
export interface FailureSearch {
  readonly namespace?: string;
}

export function readFailureSearch({ namespace }: { readonly [name: string]: unknown }): FailureSearch {
  return typeof namespace === "string" && namespace !== "" ? { namespace } : {};
}
