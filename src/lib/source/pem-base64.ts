// certificateAuthorityData as in kubeconfigs: base64 of PEM.

/** The text in base64 (standard alphabet, padded, one line), or null if it is not that. */
export function textFromBase64(base64: string): string | null {
  const bytes = Buffer.from(base64, 'base64')
  if (base64 === '' || bytes.toString('base64') !== base64) return null
  return bytes.toString('latin1')
}
