// JSON of CSRs, certificates and public keys.
import type { Pkcs10, PublicKey, X509Certificate } from '../../domain/cluster/certificate.ts'
import { formatName } from '../../lib/x509/x500-name.ts'
import { extensionName } from '../../lib/x509/oids.ts'
import { formatSan } from '../../lib/x509/general-names.ts'

export function pkcs10Json(pkcs10: Pkcs10): unknown {
  return {
    subject: formatName(pkcs10.subject),
    subjectAltNames: pkcs10.sans.map(formatSan),
    publicKey: publicKeyJson(pkcs10.publicKey),
    signatureAlgorithm: pkcs10.signatureAlgorithm,
    keyUsage: pkcs10.keyUsage,
    extendedKeyUsage: pkcs10.extendedKeyUsage,
    isCa: pkcs10.isCa,
    extensions: pkcs10.extensions.map(({ oid, critical }) => ({
      oid,
      name: extensionName(oid),
      critical,
    })),
    otherAttributes: pkcs10.otherAttributes,
  }
}

export function publicKeyJson({ algorithm, size, sha256 }: PublicKey): unknown {
  return { algorithm, size, sha256 }
}

export function certificateJson(certificate: X509Certificate): unknown {
  const { serial, issuer, subject, sans, publicKey } = certificate
  return {
    serial,
    sha256: certificate.sha256,
    issuer: formatName(issuer),
    subject: formatName(subject),
    subjectAltNames: sans.map(formatSan),
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    publicKey: publicKeyJson(publicKey),
    signatureAlgorithm: certificate.signatureAlgorithm,
    keyUsage: certificate.keyUsage,
    extendedKeyUsage: certificate.extendedKeyUsage,
    isCa: certificate.isCa,
  }
}
