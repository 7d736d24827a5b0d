// Causes of a missing answer: Node's errors for sockets and TLS, sorted into temporary and permanent.
import { errorCode, errorMessage } from '../../system/system-error.ts'
import { namedMember } from '../../../domain/json-text.ts'

/** Whether the connection was refused, cut or never made. A wrong name or certificate is permanent. */
export function isBroken(cause: unknown): boolean {
  return /^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENET|EHOST)/.test(errorCode(cause))
}

/** Whether a certificate, a key or the protocol itself is wrong. Such a fault is permanent. */
export function isTlsFault(cause: unknown): boolean {
  const code = errorCode(cause)
  return (
    /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_OSSL)/.test(code) ||
    code === 'EPROTO'
  )
}

/** Node's own description. If several addresses were tried, that of the first. */
export function describeCause(cause: unknown): string {
  const several = namedMember(cause, 'errors')
  if (Array.isArray(several) && several.length > 0) return describeCause(several[0])
  return errorMessage(cause) || errorCode(cause) || String(cause)
}
