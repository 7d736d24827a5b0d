// All objects of a list, page by page (limit and continue). A page is bounded by bytes: a user who may create objects can make
// them large. If the continue token has expired (410), the list starts again.
import { z } from 'zod'
import type { Right } from '../../../domain/cluster/grant-binding.ts'
import { readAnswer } from './api-server-refusal.ts'
import type { Asking } from './api-transport.ts'

const ROWS = 500
const PAGE_BYTES = 16 * 1024 * 1024
const TRIES = 3
/** Rows without their objects: 100 objects of 2.5 MB are a table of 12 KB. */
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'

const METADATA = z.object({
  resourceVersion: z.string().default(''),
  continue: z.string().default(''),
})
const LIST = z.object({ metadata: METADATA, items: z.array(z.unknown()) })
const NAMES = z.object({
  metadata: METADATA,
  columnDefinitions: z.array(z.object({ name: z.string() })),
  rows: z
    .array(z.object({ cells: z.array(z.union([z.string(), z.number()])) }))
    .nullish()
    .transform(rows => rows ?? []),
})

export interface ListCall {
  readonly path: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
  /** Completes "could not …". */
  readonly doing: string
  readonly needs: Right
  /** Of a page, 500 without it. */
  readonly rows?: number
  /**
   * Bytes of one object. In a page that is too large, objects are read singly, and larger ones are left out. Null for objects of
   * several namespaces, which a table does not name: then pages get shorter.
   */
  readonly objectBytes: number | null
}

export interface Listed<T> {
  readonly items: readonly T[]
  /** Names of objects that are larger than `objectBytes`. */
  readonly tooLarge: readonly string[]
}

/** A row of a table, by the names of its columns. */
export type Row = Readonly<Record<string, string>>

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

/** The rows of each page, without objects. Ends early if the continue token expires: the next list sees the rest. */
export async function* listRows(transport: Asking, call: ListCall): AsyncGenerator<readonly Row[]> {
  for (let next = ''; ;) {
    const table = await tableOf(transport, call, queryOf(call, call.rows ?? ROWS, next))
    if (table === null) return
    yield table.rows
    next = table.next
    if (next === '') return
  }
}

/** One object of the list; null if it does not exist. */
export async function readOne(
  transport: Asking,
  { path, doing, needs, objectBytes }: ListCall,
  name: string,
): Promise<unknown> {
  const one = `${path}/${encodeURIComponent(name)}`
  const mostBytes = objectBytes ?? PAGE_BYTES
  const answer = await transport.ask({ method: 'GET', path: one, mostBytes })
  if (answer.isTooLarge === true) return 'tooLarge'
  if (answer.status === 404) return null
  return readAnswer(answer, z.unknown(), doing, { ...needs, verb: 'get' })
}

/** Null if the continue token expired and `mayRestart` is true. */
async function pages<T>(
  transport: Asking,
  call: ListCall,
  read: (item: unknown) => T,
  mayRestart: boolean,
): Promise<Listed<T> | null> {
  const items: T[] = []
  const tooLarge: string[] = []
  let rows = call.rows ?? ROWS
  for (let next = ''; ;) {
    const query = queryOf(call, rows, next)
    const asked = { method: 'GET', path: call.path, query, mostBytes: PAGE_BYTES } as const
    const answer = await transport.ask(asked)
    if (answer.status === 410 && next !== '' && mayRestart) return null
    if (answer.isTooLarge !== true) {
      const list = readAnswer(answer, LIST, call.doing, call.needs)
      items.push(...list.items.map(read))
      next = list.metadata.continue
    } else if (call.objectBytes === null && rows > 1) {
      rows = Math.ceil(rows / 2)
      continue
    } else {
      const table = await tableOf(transport, call, query)
      if (table === null) return null
      for (const name of table.rows.map(({ Name = '' }) => Name)) {
        const one = await readOne(transport, call, name)
        if (one === 'tooLarge') tooLarge.push(name)
        else if (one !== null) items.push(read(one))
      }
      next = table.next
    }
    if (next === '') return { items, tooLarge }
  }
}

function queryOf({ labelSelector = '', fieldSelector = '' }: ListCall, rows: number, next: string) {
  const from = { limit: String(rows), ...(next === '' ? {} : { continue: next }) }
  if (fieldSelector !== '') return { ...from, fieldSelector }
  return labelSelector === '' ? from : { ...from, labelSelector }
}

/** Null if the continue token expired. */
async function tableOf(
  transport: Asking,
  { path, doing, needs }: ListCall,
  query: Readonly<Record<string, string>>,
): Promise<{ readonly rows: readonly Row[]; readonly next: string } | null> {
  const named = { ...query, includeObject: 'None' }
  const answer = await transport.ask({ method: 'GET', path, query: named, accept: TABLE })
  if (answer.status === 410 && 'continue' in query) return null
  const { metadata, columnDefinitions, rows } = readAnswer(answer, NAMES, doing, needs)
  const all = rows.map(({ cells }) =>
    Object.fromEntries(columnDefinitions.map(({ name }, at) => [name, String(cells[at] ?? '')])),
  )
  return { rows: all, next: metadata.continue }
}
