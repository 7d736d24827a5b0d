// certificateAuthorityData as in kubeconfigs: base64 of PEM.

/** The text in base64 (standard alphabet, padded, one line), or null if it is not that. */
export function textFromBase64(base64: string): string | null {
  const bytes = Buffer.from(base64, 'base64')
  if (base64 === '' || bytes.toString('base64') !== base64) return null
  return bytes.toString('latin1')
}

/** kubectl prints spec.request and status.certificate this way. */
export const BASE64_OF_PEM = /^\s*LS0tLS1CRUdJTiB/
