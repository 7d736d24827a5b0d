// The Authorization header of the next call: how long a login is kept, and what a refusal changes.
import type { Secret } from '../../../domain/request/secret-value.ts'

/**
 * Returns the Authorization header for the next call, null if there is none. `refused` is the header that the API server has just
 * answered with 401. It is returned again only if there is no other.
 */
export type Authorization = (refused?: Secret<string>) => Promise<Secret<string> | null>

/** Result of a login. */
export interface Login {
  readonly header: Secret<string> | null
  /** Milliseconds on the clock of `remembered`. From then on the login is repeated. */
  readonly goodUntil: number
}

/**
 * Logs in when a call needs it. The login is kept while it is valid, and several callers share one attempt. Failures and refused
 * logins are not kept. `ask` is given whether a refusal is the reason; `now` is in milliseconds.
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
      // If several callers find the refusal at once, the first one asks and the others use its answer.
      if (asked === last) return askAgain(isRefused)
    }
    return askAgain(false)
  }
}

/** Passes each token to `mask` before any other code sees it: `Bearer TOKEN` → TOKEN. */
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
