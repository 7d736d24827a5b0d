// Members that a file may leave out, with the value that they have then.
import type { z } from 'zod'

/** A member with a value of its own where it is absent. */
export function orElse<S extends z.ZodType>(schema: S, absent: NonNullable<z.output<S>>) {
  return schema.optional().transform(said => said ?? absent)
}

/** A member that is null where it is absent. */
export function orNull<S extends z.ZodType>(schema: S) {
  return schema.optional().transform(said => said ?? null)
}

/** An object of such members; an absent one is the same as an empty one. */
export function orEmpty<S extends z.ZodType<object, object>>(schema: S) {
  return schema.optional().transform(said => said ?? schema.parse({}))
}
