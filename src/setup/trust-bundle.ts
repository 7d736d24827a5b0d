// The CAs of the configured signers as ClusterTrustBundles, which pods mount: who accepts these certificates trusts the old and the new CA
// while one replaces the other (certificates.k8s.io/v1, Kubernetes 1.37).
import { stringify } from 'yaml'
import { OWNER_LABEL } from '../domain/cluster/record.ts'
import type { SignerConfig } from '../domain/request/config.ts'
import { encodePem } from '../lib/x509/pem.ts'
import { certificatesIn } from '../lib/x509/x509-certificate.ts'

/** One object for each signer whose CAs the configuration names; null if it names none. */
export function trustBundles(owner: string, signers: readonly SignerConfig[]): string | null {
  const bundles = signers.flatMap(({ name, certificateAuthority }) => {
    const pems = certificatesIn(certificateAuthority).map(({ der }) =>
      encodePem('CERTIFICATE', der),
    )
    // The API server refuses a bundle that has a certificate twice, and a name that does not begin with the signer's.
    const trustBundle = [...new Set(pems)].join('')
    const metadata = {
      name: `${name.replaceAll('/', ':')}:${owner}`,
      labels: { [OWNER_LABEL]: owner },
    }
    return pems.length === 0 ? [] : [bundleText(metadata, { signerName: name, trustBundle })]
  })
  return bundles.length === 0 ? null : bundles.join('---\n')
}

function bundleText(metadata: object, spec: object): string {
  return stringify({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'ClusterTrustBundle',
    metadata,
    spec,
  })
}
