/**
 * What a supervised Pod and its agent say to each other, over HTTP/1.1 on the node's network. Every request carries
 * `Authorization: Bearer <token>`, a token that opens nothing but its own task.
 *
 *   GET  /v1/tasks/<task id>/inputs/<index | script>   200: a tar with one entry, `content` (a file or a folder), modes applied; without an
 *                                                      entry where an optional artifact is missing. 404: missing. 4xx: cannot be had; the status line's
 *                                                      words say why (all that busybox' wget shows of an error).
 *   POST /v1/tasks/<task id>/parameters/<index>        the bytes of an output parameter's file
 *   POST /v1/tasks/<task id>/progress                  a line "N/M": how far the task is
 *   POST /v1/tasks/<task id>/result                    the bytes of stdout
 *   POST /v1/tasks/<task id>/artifacts/<index>?kind=   `tgz`: as it is stored; `file`: as it is; `folder`: a tar with one entry, to be unfolded
 *                                                      204: taken. 413: too large. 401: not with this token. 5xx and no answer: try again.
 *
 * A body is whole only when its coding says so (the last chunk): anything else is dropped.
 */
export const transferPrefix = "/v1/tasks/";

export const transferLimits = {
  /** Of an output parameter or a result, bytes; the limit of other runtimes too. */
  textBytesMax: 256 * 1024,
} as const;

export type ArtifactPacking = "tgz" | "file" | "folder";
