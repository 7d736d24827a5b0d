// The message that a built-in signer writes into the Failed condition after the approval (k8s.io/kubernetes
// pkg/apis/certificates/helpers.go and pkg/controller/certificates/signer/signer.go). It stops at the first failed check, and uses
// Go's reading of the names.
import type { EffectiveRequest } from '../../domain/request/request.ts'
import {
  KUBE_APISERVER_CLIENT,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
} from '../../domain/request/signer.ts'
import { attributeValues } from '../x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../x509/oids.ts'
import { signerUsages } from './built-in-signers.ts'

/** One check of a signer: its message, and whether the request breaks it. */
type Check = readonly [message: string, isBroken: (request: EffectiveRequest) => boolean]

const ORGANIZATION: Check = [
  'subject organization is not system:nodes',
  ({ subject }) => {
    const groups = attributeValues(subject, ATTRIBUTE_OIDS.O)
    return groups.length !== 1 || groups[0] !== 'system:nodes'
  },
]
const COMMON_NAME: Check = [
  'subject common name does not begin with system:node:',
  ({ subject }) =>
    !(attributeValues(subject, ATTRIBUTE_OIDS.CN).at(-1) ?? '').startsWith('system:node:'),
]

function without(kind: EffectiveRequest['sans'][number]['kind'], word: string): Check {
  return [
    `${word} subjectAltNames are not allowed`,
    ({ sans }) => sans.some(san => san.kind === kind),
  ]
}

function usagesOf(signerName: string): Check {
  const { required = [], optional = [] } = signerUsages(signerName) ?? {}
  const all = [...required, ...optional].toSorted()
  return [
    `usages did not match [${all.join(' ')}]`,
    ({ usages }) =>
      required.some(usage => !usages.includes(usage)) || usages.some(usage => !all.includes(usage)),
  ]
}

/** In the order in which the signers check. */
const CHECKS: ReadonlyMap<string, readonly Check[]> = new Map([
  [
    KUBE_APISERVER_CLIENT_KUBELET,
    [
      ORGANIZATION,
      without('dnsName', 'DNS'),
      without('emailAddress', 'Email'),
      without('ipAddress', 'IP'),
      without('uri', 'URI'),
      COMMON_NAME,
      usagesOf(KUBE_APISERVER_CLIENT_KUBELET),
    ],
  ],
  [
    KUBELET_SERVING,
    [
      ORGANIZATION,
      [
        'DNS or IP subjectAltName is required',
        ({ sans }) => !sans.some(({ kind }) => kind === 'dnsName' || kind === 'ipAddress'),
      ],
      without('emailAddress', 'Email'),
      without('uri', 'URI'),
      usagesOf(KUBELET_SERVING),
      COMMON_NAME,
    ],
  ],
])

/** Returns the message of the Failed condition word for word; null if the signer signs, or is not one of Kubernetes' own. */
export function signerFailure(request: EffectiveRequest): string | null {
  if (request.signerName === KUBE_APISERVER_CLIENT) return clientFailure(request)
  const broken = CHECKS.get(request.signerName)?.find(([, isBroken]) => isBroken(request))
  return broken?.[0] ?? null
}

function clientFailure({ usages }: EffectiveRequest): string | null {
  const { required = [], optional = [] } = signerUsages(KUBE_APISERVER_CLIENT) ?? {}
  const odd = usages.find(usage => ![...required, ...optional].includes(usage))
  if (odd !== undefined) return `invalid usage for client certificate: ${odd}`
  const missing = required.find(usage => !usages.includes(usage))
  return missing === undefined ? null : `missing required usage for client certificate: ${missing}`
}
