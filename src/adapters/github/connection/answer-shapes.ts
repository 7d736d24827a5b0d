// Shapes that many GitHub answers share, and the check of an answer. Another shape is an error, never "nothing found".
import { z } from 'zod'
import { incomplete, notUnderstood } from './github-refusal.ts'

export const OBJECT_ID = z.string().regex(/^[0-9a-f]{40}$/)
export const DATE = z
  .string()
  .refine(text => !Number.isNaN(Date.parse(text)))
  .transform(text => new Date(text))
/** Ids have more than 32 bits, so GraphQL sends them as text (BigInt). */
export const ID = z
  .union([z.number(), z.string().regex(/^\d+$/), z.bigint()])
  .transform(Number)
  .refine(Number.isSafeInteger)
export const PAGE_INFO = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() })
export const PAGE_FIELDS = 'pageInfo { hasNextPage endCursor }'

/** The value in its checked shape. Throws GITHUB_ANSWER. */
export function understood<Shape extends z.ZodType>(
  shape: Shape,
  value: unknown,
  doing: string,
): z.output<Shape> {
  const read = shape.safeParse(value)
  if (!read.success) throw notUnderstood(doing, read.error)
  return read.data
}

/**
 * Cursor of the next page of a connection, null after the last. Throws APPROVAL_API_INCOMPLETE if there is a next page without a
 * cursor.
 */
export function nextCursor(
  page: z.output<typeof PAGE_INFO>,
  before: string | null,
  what: string,
): string | null {
  if (!page.hasNextPage) return null
  const cursor = page.endCursor ?? null
  if (cursor === null || cursor === '' || cursor === before) throw incomplete(what)
  return cursor
}
