// Client certificates and kubeconfigs for users of the sandbox.
import { stringify } from 'yaml'
import { sequence, oid } from '../../lib/x509/der-write.ts'
import { attribute, encodeName } from '../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS, EXTENDED_KEY_USAGE_OIDS, EXTENSION_OIDS } from '../../lib/x509/oids.ts'
import { encodePem } from '../../lib/x509/pem.ts'
import {
  certificateExtension,
  newKeyPair,
  privateKeyPem,
  signCertificate,
} from '../signer/certificate-authority.ts'
import type { Authority, RandomBytes } from '../signer/certificate-authority.ts'

export interface ClientCredential {
  readonly certificatePem: string
  readonly keyPem: string
}

export interface ClientOptions {
  readonly notBefore?: Date
  readonly notAfter?: Date
  /** Absent: client auth; empty: no extended key usage at all. */
  readonly extendedKeyUsage?: readonly (keyof typeof EXTENDED_KEY_USAGE_OIDS)[]
  /** Absent: the cluster's client CA. */
  readonly authority?: Authority
}

const DAY = 86_400_000

/** A new key and a certificate for this user and these groups. An empty name is a certificate without CN. */
export function clientCertificate(
  authority: Authority,
  name: string,
  groups: readonly string[],
  now: Date,
  random: RandomBytes,
  options: ClientOptions,
): ClientCredential {
  const { privateKey, spki } = newKeyPair()
  const usages = (options.extendedKeyUsage ?? ['clientAuth']).map(usage =>
    oid(EXTENDED_KEY_USAGE_OIDS[usage]),
  )
  const subject = encodeName([
    ...groups.map(group => [attribute(ATTRIBUTE_OIDS.O, group)]),
    ...(name === '' ? [] : [[attribute(ATTRIBUTE_OIDS.CN, name)]]),
  ])
  const template = {
    subject,
    spki,
    notBefore: options.notBefore ?? new Date(now.getTime() - DAY / 24),
    notAfter: options.notAfter ?? new Date(now.getTime() + DAY),
    extensions:
      usages.length === 0
        ? []
        : [certificateExtension(EXTENSION_OIDS.extendedKeyUsage, false, sequence(...usages))],
  }
  const signer = options.authority ?? authority
  return {
    certificatePem: encodePem('CERTIFICATE', signCertificate(signer, template, random)),
    keyPem: privateKeyPem(privateKey),
  }
}

function data(pem: string): string {
  return Buffer.from(pem, 'utf8').toString('base64')
}

/** A kubeconfig of one cluster, one user, one context, all named `sandbox`, with everything inside. */
export function userKubeconfig(
  server: string,
  caPem: string,
  credential: ClientCredential | { readonly token: string },
): string {
  const name = 'sandbox'
  const user =
    'token' in credential
      ? { token: credential.token }
      : {
          'client-certificate-data': data(credential.certificatePem),
          'client-key-data': data(credential.keyPem),
        }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': data(caPem) } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  }
  return stringify(config, { lineWidth: 0 })
}
