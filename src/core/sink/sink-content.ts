// What stands in a sink outside of the cluster: PEM, a kubeconfig or a keystore, and what its file is called.
import { Secret } from '../../domain/request/secret-value.ts'
import type { Form } from '../../domain/request/sink.ts'
import type { RandomBytes } from '../../lib/x509/pkcs12-crypto.ts'
import { keystoreOf } from './keystore-content.ts'
import { chainPem, kubeconfigOf } from './secret-layout.ts'
import type { DeliveryPayload } from './secret-layout.ts'

/**
 * Keystores out here have an empty password: what protects them is around them (age, GitHub's secrets, the file's mode), and a
 * password beside them would be one more thing to hand over.
 */
const NO_PASSWORD = new Secret('')

export function contentOf(
  form: Form,
  payload: DeliveryPayload,
  random: RandomBytes,
): Secret<Uint8Array> {
  switch (form) {
    case 'pem':
      return bytes(`${chainPem(payload.chain)}${payload.key?.reveal() ?? ''}`)
    case 'kubeconfig':
      return bytes(kubeconfigOf(payload).reveal())
    case 'pkcs12':
      return keystoreOf(payload, { password: NO_PASSWORD, random })
  }
}

const ENDINGS = { pem: '.pem', kubeconfig: '.kubeconfig', pkcs12: '.p12' } as const

/** `jane.kubeconfig` */
export function fileName(form: Form, request: string): string {
  return `${request}${ENDINGS[form]}`
}

function bytes(text: string): Secret<Uint8Array> {
  return new Secret(new TextEncoder().encode(text))
}
