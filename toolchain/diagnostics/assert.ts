/**
 * Assertions are for our own bugs, Diagnostics for the user's input. An assertion that fails means
 * that edgeflash is wrong; it says so and asks for a report.
 */
export class InternalError extends Error {
  override readonly name = "InternalError";
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}

/** Returns `value`, or fails when an index or a key that must exist does not. */
export function must<T>(value: T | undefined | null, message: string): T {
  assert(value !== undefined && value !== null, message);
  return value;
}
