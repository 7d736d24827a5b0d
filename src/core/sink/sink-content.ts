// The content of a sink outside the clusters (PEM, a kubeconfig or a keystore) and its file name.
import { Secret } from '../../domain/request/secret-value.ts'
import type { Form } from '../../domain/request/sink.ts'
import type { RandomBytes } from '../../lib/x509/pkcs12-crypto.ts'
import { keystoreOf } from './keystore-content.ts'
import { chainPem, kubeconfigOf } from './secret-layout.ts'
import type { DeliveryPayload } from './secret-layout.ts'

/**
 * Keystores outside the clusters have an empty password. They are protected by age, by GitHub's secrets or by the file mode; a
 * password next to them would be one more secret to hand over.
 */
const NO_PASSWORD = new Secret('')

/**
 * Returns PEM (chain, then the key if there is one), a kubeconfig, or a PKCS#12 keystore (DER) with an empty password. Throws
 * RangeError for the last two without a key.
 */
export function contentOf(
  form: Form,
  payload: DeliveryPayload,
  random: RandomBytes,
): Secret<Uint8Array> {
  switch (form) {
    case 'pem':
      return bytes(`${chainPem(payload.chain)}${payload.key?.reveal() ?? ''}`)
    case 'kubeconfig':
      return bytes(kubeconfigOf(payload.approved.step, payload).reveal())
    case 'pkcs12':
      return keystoreOf(payload, { password: NO_PASSWORD, random })
  }
}

const ENDINGS = { pem: '.pem', kubeconfig: '.kubeconfig', pkcs12: '.p12' } as const

/** Returns the file name of a request in this form, for example `jane.kubeconfig`. */
export function fileName(form: Form, request: string): string {
  return `${request}${ENDINGS[form]}`
}

function bytes(text: string): Secret<Uint8Array> {
  return new Secret(new TextEncoder().encode(text))
}
