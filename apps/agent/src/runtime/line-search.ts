import type { LogOptions } from "@capstan/core";

export type TextTest = (text: string) => boolean;

/** Whether a text holds what is searched for, in whatever case; undefined when nothing is. */
export function searchOf({ search }: LogOptions): TextTest | undefined {
  if (search === undefined || search === "") return undefined;
  const wanted = search.toLowerCase();
  return (text) => text.toLowerCase().includes(wanted);
}
