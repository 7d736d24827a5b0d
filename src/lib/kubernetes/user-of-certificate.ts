// The user that a client certificate logs in as (k8s.io/apiserver pkg/authentication/request/x509/x509.go,
// CommonNameUserConversion).
import type { DistinguishedName } from '../../domain/request/x500.ts'
import { ATTRIBUTE_OIDS } from '../x509/oids.ts'
import { attributeValues } from '../x509/x500-name.ts'

export interface ClientIdentity {
  readonly username: string
  readonly groups: readonly string[]
}

/**
 * Returns the last CN as user name and every O as group. Null without a CN, or if the last one is empty: such a certificate logs in
 * as nobody.
 */
export function clientIdentity(subject: DistinguishedName): ClientIdentity | null {
  const username = attributeValues(subject, ATTRIBUTE_OIDS.CN).at(-1) ?? ''
  return username === '' ? null : { username, groups: attributeValues(subject, ATTRIBUTE_OIDS.O) }
}
