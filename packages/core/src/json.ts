/** A value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; Kubernetes' own structures travel through the engine in this form, untouched. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
