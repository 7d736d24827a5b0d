// The Authorization header of the next call: how long a login is remembered, and what a refusal does to it.
import type { Secret } from '../../../domain/request/secret-value.ts'

/**
 * The Authorization header for the next call, null where there is none. `refused` is the header the API server has just
 * answered 401 to: it is given again only where there is no other.
 */
export type Authorization = (refused?: Secret<string>) => Promise<Secret<string> | null>

/** What a login gave. */
export interface Login {
  readonly header: Secret<string> | null
  /** Milliseconds on the clock of `remembered`: from then on the login is repeated. */
  readonly goodUntil: number
}

/**
 * Logs in when a call needs it: the login is kept while it is good, several callers wait for one, and neither a failure nor
 * what was refused is kept. `ask` hears whether a refusal is why it is asked; `now` is in milliseconds.
 */
export function remembered(
  ask: (isRefused: boolean) => Promise<Login>,
  now: () => number,
): Authorization {
  let last: Promise<Login> | null = null
  const askAgain = async (isRefused: boolean): Promise<Secret<string> | null> => {
    const asked = ask(isRefused)
    last = asked
    asked.catch(() => {
      if (last === asked) last = null
    })
    return (await asked).header
  }
  return async refused => {
    for (let asked = last; asked !== null; asked = last) {
      const { header, goodUntil } = await asked
      const isRefused = refused !== undefined && header?.reveal() === refused.reveal()
      if (!isRefused && now() < goodUntil) return header
      // Of several that find it out at once the first one asks, the others look at its answer.
      if (asked === last) return askAgain(isRefused)
    }
    return askAgain(false)
  }
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
