import { describe, expect, test } from '@jest/globals'
import { replacePkcs10 } from '../../../../../src/core/request/pkcs10/replace-pkcs10.ts'

const pemOf = (body: string): string =>
  `-----BEGIN CERTIFICATE REQUEST-----\n${body}\n-----END CERTIFICATE REQUEST-----\n`
const OLD = pemOf('MIIold+/0123456789\nAAAA==')
const NEW = pemOf('MIInew+/9876543210\nBBBB\nCCCC')

describe('a replaced PKCS#10 request', () => {
  test('the request is replaced at its indentation, and nothing else changes', () => {
    const text = (pem: string): string =>
      `# jane\nspec:\n  request: |\n${pem.trimEnd().replaceAll(/^/gm, '    ')}\n  duration: 24h\n`
    expect(replacePkcs10(text(OLD), NEW)).toBe(text(NEW))
  })

  test('a file that is only a request keeps its text around and its line ends', () => {
    expect(replacePkcs10(`Words.\n${OLD}End.`, NEW)).toBe(`Words.\n${NEW}End.`)
    const windows = (text: string): string => text.replaceAll('\n', '\r\n')
    expect(replacePkcs10(windows(OLD), NEW)).toBe(windows(NEW))
    expect(replacePkcs10(OLD.replaceAll('CERT', 'NEW CERT'), NEW)).toBe(NEW)
  })

  test('a request in base64, as in a CertificateSigningRequest, is replaced', () => {
    const text = (pem: string): string =>
      `spec:\n  request: ${Buffer.from(pem).toString('base64')}\n  usages: [client auth]\n`
    expect(replacePkcs10(text(OLD), NEW)).toBe(text(NEW))
  })

  test('a file with no request or with two is not changed', () => {
    expect(replacePkcs10('spec: {}\n', NEW)).toBeNull()
    expect(replacePkcs10(OLD + OLD, NEW)).toBeNull()
    expect(replacePkcs10(OLD + Buffer.from(OLD).toString('base64'), NEW)).toBeNull()
  })
})
