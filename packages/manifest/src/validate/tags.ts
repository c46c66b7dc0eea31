/** A tag found in a text, without its braces. */
export interface Tag {
  readonly text: string;
  readonly kind: "simple" | "expression" | "endless-expression" | "endless";
}

/** The tags of a text in order. Of nested tags the inner one is returned: the outer one's name is known only at run time. */
export function* tagsIn(text: string): Generator<Tag> {
  let at = text.indexOf("{{");
  while (at !== -1) {
    const end = text.indexOf("}}", at + 2);
    if (end === -1) {
      const rest = text.slice(at + 2);
      yield { text: rest, kind: rest.trimStart().startsWith("=") ? "endless-expression" : "endless" };
      return;
    }
    const content = text.slice(at + 2, end);
    if (content.trimStart().startsWith("=")) yield { text: content, kind: "expression" };
    else yield { text: innermost(content), kind: "simple" };
    at = text.indexOf("{{", end + 2);
  }
}

function innermost(content: string): string {
  const inner = content.lastIndexOf("{{");
  return inner === -1 ? content : content.slice(inner + 2);
}

const variablePrefix = /^(item|steps|inputs|outputs|pod|workflow|tasks)\./;

/** Whether a tag names a variable of Argo's; any other tag is the user's own text. */
export function namesVariable(tag: string): boolean {
  return variablePrefix.test(tag);
}

/** Whether a string is, or contains, a simple tag of one dotted name. */
export function isDynamicName(text: string): boolean {
  return /\{\{[-a-zA-Z0-9]+(\.[-a-zA-Z0-9_]+)*\}\}/.test(text);
}
