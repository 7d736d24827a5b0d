// The guard's part about CertificateSigningRequests: who approves, and what the apply identity may create and approve.
import type { InstalledSigner, Installation } from '../domain/installation.ts'
import { KUBE_APISERVER_CLIENT_KUBELET } from '../domain/signer.ts'
import { OWNER_LABEL, isApply, listed, quoted } from './manifests-guard-cel.ts'
import type { GuardPolicy } from './manifests-guard.ts'

/** As whom kube-controller-manager works: with credentials of its controllers, or with its own alone. */
export const CONTROLLERS = [
  'system:serviceaccount:kube-system:certificate-controller',
  'system:kube-controller-manager',
] as const

const RESOURCE = {
  apiGroups: ['certificates.k8s.io'],
  apiVersions: ['*'],
}

/** Approving and denying, by PUT, PATCH and server-side apply: all of them are UPDATE of the subresource. */
export function approvalsPolicy(
  { subject, signers, owner }: Installation,
  approvers: readonly string[],
): GuardPolicy {
  const names = signers.map(({ name }) => name)
  const users = approvers.map(name => `request.userInfo.username == ${quoted(name)}`)
  const controllers = names.includes(KUBE_APISERVER_CLIENT_KUBELET)
    ? [
        `(oldObject.spec.signerName == ${quoted(KUBE_APISERVER_CLIENT_KUBELET)} && request.userInfo.username in ${listed(CONTROLLERS)})`,
      ]
    : []
  return {
    about: 'approvals',
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          {
            ...RESOURCE,
            resources: ['certificatesigningrequests/approval'],
            operations: ['UPDATE'],
          },
        ],
      },
      matchConditions: [
        { name: 'our-signers', expression: `oldObject.spec.signerName in ${listed(names)}` },
      ],
      variables: [{ name: 'isApply', expression: isApply(subject) }],
      validations: [
        {
          expression: ['variables.isApply', ...users, ...controllers].join(' || '),
          message: `requests of this signer are approved and denied by countersign (${owner}), after a review`,
          reason: 'Forbidden',
        },
        {
          expression: `!variables.isApply || (oldObject.spec.username == request.userInfo.username && oldObject.metadata.name.startsWith('cs-'))`,
          message: 'countersign decides on its own requests only',
          reason: 'Forbidden',
        },
        ...lifetimes(signers, '!variables.isApply || ', 'oldObject'),
      ],
    },
  }
}

/** What the apply identity creates: names of its own, the signers of the configuration, a bounded lifetime. */
export function requestsPolicy({ subject, signers, owner }: Installation): GuardPolicy {
  return {
    about: 'requests',
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          { ...RESOURCE, resources: ['certificatesigningrequests'], operations: ['CREATE'] },
        ],
      },
      matchConditions: [{ name: 'apply-identity', expression: isApply(subject) }],
      validations: [
        {
          expression: `object.metadata.name.matches('^cs-[a-z0-9-]{1,90}$')`,
          message: 'countersign names its requests cs-…',
          reason: 'Forbidden',
        },
        {
          expression: `object.spec.signerName in ${listed(signers.map(({ name }) => name))}`,
          message: 'the configuration of countersign does not name this signer',
          reason: 'Forbidden',
        },
        {
          expression: `has(object.metadata.labels) && ${quoted(OWNER_LABEL)} in object.metadata.labels && object.metadata.labels[${quoted(OWNER_LABEL)}] == ${quoted(owner)}`,
          message: `a request of countersign carries the label ${OWNER_LABEL}: ${owner}`,
          reason: 'Forbidden',
        },
        ...lifetimes(signers, '', 'object'),
      ],
    },
  }
}

function lifetimes(
  signers: readonly InstalledSigner[],
  unless: string,
  object: string,
): readonly object[] {
  return signers.flatMap(({ name, maxDurationSeconds }) =>
    maxDurationSeconds === null
      ? []
      : [
          {
            expression: `${unless}${object}.spec.signerName != ${quoted(name)} || (has(${object}.spec.expirationSeconds) && ${object}.spec.expirationSeconds <= ${maxDurationSeconds})`,
            message: `a certificate of ${name} is asked for at most ${maxDurationSeconds} seconds`,
            reason: 'Forbidden',
          },
        ],
  )
}
