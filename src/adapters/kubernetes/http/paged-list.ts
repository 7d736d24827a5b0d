// All objects of a list, page by page (limit and continue). If the continue token has expired (410), the list starts again.
import { z } from 'zod'
import { readAnswer } from './api-server-refusal.ts'
import type { NeededRule } from './api-server-refusal.ts'
import type { Asking } from './api-transport.ts'

const PAGE = '500'
const TRIES = 3

const LIST = z.object({
  metadata: z.object({
    resourceVersion: z.string().default(''),
    continue: z.string().default(''),
  }),
  items: z.array(z.unknown()),
})

export interface ListCall {
  readonly path: string
  readonly labelSelector: string
  /** Completes "could not …". */
  readonly doing: string
  readonly needs: NeededRule
}

export interface Listed<T> {
  readonly items: readonly T[]
  /** The version from which a watch continues. */
  readonly resourceVersion: string
}

/**
 * All objects, each as `read` returns it. A page is dropped when its objects are read, since what is kept of them may be much smaller.
 * Throws CountersignError if the server does not list, or if its answer is unexpected.
 */
export async function listAll<T>(
  transport: Asking,
  call: ListCall,
  read: (item: unknown) => T,
): Promise<Listed<T>> {
  for (let attempt = 1; ; attempt++) {
    const listed = await pages(transport, call, read, attempt < TRIES)
    if (listed !== null) return listed
  }
}

/** Yields the items of each page of `size`. Ends early if the continue token expires: the next list sees the rest. */
export async function* listInPages(
  transport: Asking,
  {
    path,
    fieldSelector,
    doing,
    needs,
  }: Omit<ListCall, 'labelSelector'> & { fieldSelector: string },
  size: number,
): AsyncGenerator<readonly unknown[]> {
  const first = { fieldSelector, limit: String(size) }
  for (let next = ''; ;) {
    const query = next === '' ? first : { ...first, continue: next }
    const answer = await transport.ask({ method: 'GET', path, query })
    if (answer.status === 410 && next !== '') return
    const list = readAnswer(answer, LIST, doing, needs)
    yield list.items
    next = list.metadata.continue
    if (next === '') return
  }
}

/** Null if the continue token expired and `mayRestart` is true. */
async function pages<T>(
  transport: Asking,
  { path, labelSelector, doing, needs }: ListCall,
  read: (item: unknown) => T,
  mayRestart: boolean,
): Promise<Listed<T> | null> {
  const items: T[] = []
  for (let next = ''; ;) {
    const first = { labelSelector, limit: PAGE }
    const query = next === '' ? first : { ...first, continue: next }
    const answer = await transport.ask({ method: 'GET', path, query })
    if (answer.status === 410 && next !== '' && mayRestart) return null
    const list = readAnswer(answer, LIST, doing, needs)
    items.push(...list.items.map(read))
    next = list.metadata.continue
    if (next === '') return { items, resourceVersion: list.metadata.resourceVersion }
  }
}
