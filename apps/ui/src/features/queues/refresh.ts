/** Counts are asked for this often while somebody looks. */
export const refreshMs = 3_000;
