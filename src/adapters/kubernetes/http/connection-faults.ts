// Why there was no answer: what Node throws for sockets and TLS, sorted into what passes and what stays.
import { errorCode, errorMessage } from '../../system/system-error.ts'

/** Connections that were refused, cut or got nowhere; what is wrong with a name or a certificate stays wrong. */
export function isBroken(cause: unknown): boolean {
  return /^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENET|EHOST)/.test(errorCode(cause))
}

/** A certificate, a key or the protocol itself: whatever is wrong stays wrong. */
export function isTlsFault(cause: unknown): boolean {
  const code = errorCode(cause)
  return (
    /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_OSSL)/.test(code) ||
    code === 'EPROTO'
  )
}

/** What Node says of it; of several addresses that were tried, the first. */
export function describeCause(cause: unknown): string {
  const several: unknown =
    typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'errors') : null
  if (Array.isArray(several) && several.length > 0) return describeCause(several[0])
  return errorMessage(cause) || errorCode(cause) || String(cause)
}
