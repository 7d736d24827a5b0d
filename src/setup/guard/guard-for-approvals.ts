// The guard's policies for CertificateSigningRequests: who approves, and what the apply identity may create and approve.
import type { Approver, Installation } from '../../domain/cluster/installation.ts'
import { OWNER_LABEL } from '../../domain/cluster/record.ts'
import { KUBE_APISERVER_CLIENT_KUBELET } from '../../domain/request/signer.ts'
import { isDomainWildcard, isSignerAmong } from '../../lib/kubernetes/signer-name.ts'
import {
  controllerName,
  isApply,
  isController,
  celIsSubject,
  isUser,
  celList,
  celString,
} from './guard-cel.ts'
import { guardPolicy, refuseUnless, resourceRule } from './guard-policy.ts'
import type { Expressions, GuardPolicy } from './guard-policy.ts'

/** The service account in kube-system that approves certificates of kubelets. */
export const KUBELET_APPROVER = 'certificate-controller'

const GROUP = 'certificates.k8s.io'

/** Approvals and denials, by PUT, PATCH and server-side apply: each of them is an UPDATE of the subresource. */
export function approvalsPolicy(
  installation: Installation,
  approvers: readonly string[],
): GuardPolicy {
  const { subject, signers, owner, approver } = installation
  const names = signers.map(({ name }) => name)
  const controllers = isSignerAmong(names, KUBE_APISERVER_CLIENT_KUBELET)
    ? [
        `(oldObject.spec.signerName == ${celString(KUBE_APISERVER_CLIENT_KUBELET)} && ${isController(celString(controllerName(KUBELET_APPROVER)))})`,
      ]
    : []
  const isApprover = approver === null ? [] : [`(${isApply(approver.subject)})`]
  return guardPolicy(installation, 'approvals', {
    resourceRules: [resourceRule(GROUP, ['certificatesigningrequests/approval'], ['UPDATE'])],
    matchConditions: {
      'our-signers': [
        isAmong('oldObject', signers),
        ...(approver === null ? [] : [celIsSubject(approver.subject)]),
      ].join(' || '),
    },
    variables: {
      isApply: isApply(subject),
      ...durations('oldObject', signers),
    },
    validations: [
      refuseUnless(
        ['variables.isApply', ...approvers.map(isUser), ...controllers, ...isApprover].join(' || '),
        `requests of this signer are approved and denied by countersign (${owner}), after a review`,
      ),
      refuseUnless(
        `!variables.isApply || (oldObject.spec.username == request.userInfo.username && oldObject.metadata.name.startsWith('cs-'))`,
        'countersign decides on its own requests only',
      ),
      ...(approver === null ? [] : [approverLimits(approver)]),
      ...lifetimes('oldObject', signers, `!(variables.isApply || ${approves(approver)}) || `),
    ],
  })
}

/** True if the approver approves a request with a lifetime. Kubelets ask for none, and it denies what asks for too long. */
function approves(approver: Approver | null): string {
  if (approver === null) return 'false'
  return `(${isApply(approver.subject)} && has(oldObject.spec.expirationSeconds) && has(object.status.conditions) && object.status.conditions.exists(c, c.type == 'Approved'))`
}

/** The approver decides on requests of others for its signers, and on none of countersign. */
function approverLimits({ subject, signers }: Approver): object {
  return refuseUnless(
    `!(${isApply(subject)}) || (oldObject.spec.signerName in ${celList(signers)} && !oldObject.metadata.name.startsWith('cs-'))`,
    `the approver decides on requests of others for ${signers.join(', ')} only`,
  )
}

/** Rules for requests that the apply identity creates: its own names, the configured signers, a limited lifetime. */
export function requestsPolicy(installation: Installation): GuardPolicy {
  const { subject, signers, owner } = installation
  return guardPolicy(installation, 'requests', {
    resourceRules: [resourceRule(GROUP, ['certificatesigningrequests'], ['CREATE'])],
    matchConditions: { 'apply-identity': celIsSubject(subject) },
    variables: durations('object', signers),
    validations: [
      refuseUnless(
        `object.metadata.name.matches('^cs-[a-z0-9-]{1,90}$')`,
        'countersign names its requests cs-…',
      ),
      refuseUnless(
        isAmong('object', signers),
        'the configuration of countersign does not name this signer',
      ),
      refuseUnless(
        `has(object.metadata.labels) && ${celString(OWNER_LABEL)} in object.metadata.labels && object.metadata.labels[${celString(OWNER_LABEL)}] == ${celString(owner)}`,
        `a request of countersign carries the label ${OWNER_LABEL}: ${owner}`,
      ),
      ...lifetimes('object', signers, ''),
    ],
  })
}

type Signers = Installation['signers']
type ObjectName = 'object' | 'oldObject'

/** True for requests of these signers. The lists and maps are constants, so their length costs the API server very little. */
function isAmong(object: ObjectName, signers: Signers): string {
  const names = signers.map(({ name }) => name)
  const isNamed = `${object}.spec.signerName in ${celList(names)}`
  const domains = names.filter(isDomainWildcard)
  return domains.length === 0
    ? isNamed
    : `${isNamed} || ${domainOf(`${object}.spec.signerName`)} in ${celList(domains)}`
}

function domainOf(signer: string): string {
  return `(${signer}.split('/')[0] + '/*')`
}

/** Longest lifetime in seconds for each signer, 0 for no limit. */
function durations(object: ObjectName, signers: Signers): Expressions {
  if (signers.every(({ maxDurationSeconds }) => maxDurationSeconds === null)) return {}
  const entries = signers.map(
    ({ name, maxDurationSeconds }) => `${celString(name)}: ${maxDurationSeconds ?? 0}`,
  )
  const [signer, most] = ['variables.signer', 'variables.durations']
  const domain = domainOf(signer)
  return {
    signer: `${object}.spec.signerName`,
    durations: `{${entries.join(', ')}}`,
    longest: `${signer} in ${most} ? ${most}[${signer}] : (${domain} in ${most} ? ${most}[${domain}] : 0)`,
  }
}

function lifetimes(object: ObjectName, signers: Signers, unless: string): readonly object[] {
  if (durations(object, signers)['longest'] === undefined) return []
  const said = `${object}.spec.expirationSeconds`
  return [
    {
      expression: `${unless}variables.longest == 0 || (has(${said}) && ${said} <= variables.longest)`,
      message: 'the requested lifetime is longer than the configuration allows',
      messageExpression:
        "'a certificate of ' + variables.signer + ' may be requested for at most ' + string(variables.longest) + ' seconds'",
      reason: 'Forbidden',
    },
  ]
}
