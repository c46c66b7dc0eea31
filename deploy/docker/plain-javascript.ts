// Images hold JavaScript: Node would strip the types of what it runs at every start, and the program that does it takes 25 MiB.
import { stripTypeScriptTypes } from "node:module";

const program = /\.m?[jt]s$/;
/** Relative names of files in import statements and wherever else the program names one. */
const relativeName = /(["'])(\.{1,2}\/[^"'\n]*)\.ts\1/g;

/** A file of the workspace as it is in an image. */
export interface ImageFile {
  readonly path: string;
  readonly text: string;
}

/** The file with its types stripped, under the name that says so; what is no program is left as it is. Lines stay where they were. */
export function plainJavaScript({ path, text }: ImageFile): ImageFile {
  // "exports" and the like.
  if (path.endsWith("package.json")) return { path, text: renamed(text) };
  if (!program.test(path)) return { path, text };
  const plain = path.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
  return { path: path.replace(/\.ts$/, ".js"), text: renamed(plain) };
}

function renamed(text: string): string {
  return text.replaceAll(relativeName, "$1$2.js$1");
}
