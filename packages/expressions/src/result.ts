/** The outcome of an operation that may fail on its input: failures are values, never exceptions. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

export function succeed<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function fail(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}

/** Thrown inside one evaluation only; every public function turns it into a failed Result. */
export class EvaluationError extends Error {}

/**
 * Runs `body` and turns what an expression can cause into a failed Result.
 * A RangeError is V8 saying that the stack or a string is too large, which only hostile input reaches.
 */
export function capture<T>(body: () => T): Result<T> {
  try {
    return succeed(body());
  } catch (error) {
    if (error instanceof EvaluationError) return fail(error.message);
    if (error instanceof RangeError) return fail("expression is too large or too deeply nested");
    throw error;
  }
}
