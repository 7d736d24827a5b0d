// A certificate authority made by openssl at run time, as PEM.
import { execFileSync } from 'node:child_process'

/** Self-signed, valid for one day; its key is discarded. */
export function issuedAuthority(): string {
  const options = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    '/dev/null',
  ]
  return execFileSync('openssl', ['req', '-x509', '-days', '1', '-subj', '/CN=ca', ...options], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
