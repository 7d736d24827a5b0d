// The Authorization header of the next call: how long an answer is remembered, and what a refusal does to it.
import type { Secret } from '../../domain/secret.ts'

/**
 * The Authorization header for the next call, null where there is none. `refused` is the header the API server has just
 * answered 401 to: it is given again only where there is no other.
 */
export type Authorization = (refused?: Secret<string>) => Promise<Secret<string> | null>

/** Plugins run and token files are read at most this often; both may change while a run waits. */
const REMEMBERED_MS = 10_000

/**
 * The same answer for a while, and one question at a time; neither a failure nor what was refused is remembered.
 * `ask` hears whether it is asked because of a refusal. `now` is in milliseconds.
 */
export function remembered(
  ask: (isRefused: boolean) => Promise<Secret<string> | null>,
  now: () => number = () => performance.now(),
): Authorization {
  let last: { readonly at: number; readonly answer: ReturnType<Authorization> } | null = null
  const askAgain = (isRefused: boolean): ReturnType<Authorization> => {
    const asked = { at: now(), answer: ask(isRefused) }
    last = asked
    asked.answer.catch(() => {
      if (last === asked) last = null
    })
    return asked.answer
  }
  return async refused => {
    if (last === null || isOver(last.at, now(), REMEMBERED_MS)) return askAgain(false)
    const asked = last
    const answer = await asked.answer
    if (refused === undefined || answer?.reveal() !== refused.reveal()) return answer
    // Of several that were refused at once, one asks.
    return last === asked || last === null ? askAgain(true) : last.answer
  }
}

/** A clock that was put back ends it too. */
function isOver(since: number, now: number, milliseconds: number): boolean {
  return now < since || now - since >= milliseconds
}

/** Tells `mask` each token before anybody else sees it: `Bearer TOKEN` → TOKEN. */
export function masked(
  authorization: Authorization,
  mask: (secret: string) => void,
): Authorization {
  const told = new Set<string>()
  return async refused => {
    const header = await authorization(refused)
    const token = header?.reveal().replace(/^\S+ +/, '') ?? ''
    if (token !== '' && !told.has(token)) mask(token)
    told.add(token)
    return header
  }
}
