import { z } from "zod";

// Names are checked by the routes: Argo leaves the namespace empty for "all", and calls the newest workflow "@latest".
export const namespaceParams = z.object({ namespace: z.string() });
export const namedParams = z.object({ namespace: z.string(), name: z.string() });
export const nodeParams = namedParams.extend({ id: z.string() });

export interface InNamespace {
  Params: z.infer<typeof namespaceParams>;
}

export interface Named {
  Params: z.infer<typeof namedParams>;
}

export interface NodePath {
  Params: z.infer<typeof nodeParams>;
}
