// Lines of an audit log as kube-apiserver writes them, and certificates and uses as an audit has them.
import type { AuditedCertificate, CredentialUse } from '../../src/domain/cluster/audit-report.ts'
import { objectOf, AUTHOR, REVIEWER } from './evidence.ts'
import { NOW, secondsAfter } from './issued.ts'

export interface EventWords {
  readonly sha256?: string
  readonly user?: string
  readonly groups?: readonly string[]
  readonly at?: Date
  readonly stage?: string
  readonly code?: number
  readonly more?: object
}

/** jane reads the Secrets of apps, with success, by the certificate `1…`. */
export function auditLine(words: EventWords = {}): string {
  const { sha256 = '1'.repeat(64), user = 'jane', groups = ['developers'], at = NOW } = words
  const { stage = 'ResponseComplete', code = 200, more = {} } = words
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: 'f3f1a8d2-5cf3-4d5f-9c0b-2f6d1a7b1c11',
    stage,
    requestURI: '/api/v1/namespaces/apps/secrets?limit=500',
    verb: 'list',
    user: {
      username: user,
      groups: [...groups, 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${sha256}`] },
    },
    sourceIPs: ['10.0.0.7'],
    userAgent: 'kubectl/v1.36.3',
    objectRef: { resource: 'secrets', namespace: 'apps', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code },
    requestReceivedTimestamp: at.toISOString(),
    stageTimestamp: at.toISOString(),
    ...more,
  })
}

/** The certificate `1…` of jane, in use for an hour from NOW, requested by author and approved by reviewer. */
export function auditedCertificate(changes: Partial<AuditedCertificate> = {}): AuditedCertificate {
  return {
    request: 'jane',
    cluster: 'prod',
    n: 1,
    objectName: 'cs-jane-00000000-1',
    subject: 'O=developers, CN=jane',
    sans: [],
    serial: '0a',
    sha256: '1'.repeat(64),
    notBefore: NOW,
    notAfter: secondsAfter(NOW, 3600),
    targets: [],
    proof: '0'.repeat(64),
    grant: null,
    approval: {
      path: 'requests/jane.yaml',
      blob: objectOf('b'),
      pullRequest: 7,
      commit: objectOf('c'),
      requestedBy: [AUTHOR],
      approvedBy: [REVIEWER],
      rule: 'people',
      terminalUser: null,
    },
    endedAt: null,
    state: 'in use',
    roles: [],
    ...changes,
  }
}

/** One use of the certificate `1…` a minute after NOW. */
export function credentialUse(changes: Partial<CredentialUse> = {}): CredentialUse {
  const at = secondsAfter(NOW, 60)
  return {
    sha256: '1'.repeat(64),
    username: 'jane',
    groups: ['developers', 'system:authenticated'],
    uses: 1,
    first: at,
    last: at,
    lastSuccess: at,
    actions: ['list secrets in apps'],
    addresses: ['10.0.0.7'],
    ...changes,
  }
}
