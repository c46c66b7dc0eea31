import type { Template } from "../spec/template.ts";

/** The image that stands for a task: that of its main container, or of the first of several. */
export function taskImage(template: Template | undefined): string | undefined {
  return template?.container?.image ?? template?.script?.image ?? template?.containerSet?.containers[0]?.image;
}
