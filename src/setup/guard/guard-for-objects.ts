// The guard's policies for countersign's objects in the cluster (records, marks of Secrets), and for its service account.
import { revocationPrefix } from '../../domain/cluster/revocation.ts'
import { issuedNameMaps } from '../../domain/cluster/controller-lease.ts'
import type { Approver, Installation } from '../../domain/cluster/installation.ts'
import {
  CERT_MANAGER_PREFIX,
  OWNER_LABEL,
  MAY_APPROVE,
  PREFIX,
  changed,
  inNamespace,
  isApply,
  listed,
  mapOf,
  quoted,
  userName,
  valueOf,
} from './guard-cel.ts'
import { approverLease } from '../approver-lease.ts'
import { guardSpec, refuseUnless, resourceRule } from './guard-policy.ts'
import type { GuardPolicy } from './guard-policy.ts'

/** Without these identities, the deletion of a namespace would never end. */
const NAMESPACE_CONTROLLERS = [
  'system:serviceaccount:kube-system:namespace-controller',
  'system:kube-controller-manager',
]

const IS_NAMESPACE_DELETION = `(request.operation == 'DELETE' && request.userInfo.username in ${listed(NAMESPACE_CONTROLLERS)})`

const MARKS = [
  { name: 'labels', expression: mapOf('object', 'labels') },
  { name: 'oldLabels', expression: mapOf('oldObject', 'labels') },
  { name: 'annotations', expression: mapOf('object', 'annotations') },
  { name: 'oldAnnotations', expression: mapOf('oldObject', 'annotations') },
  { name: 'owner', expression: valueOf('variables.labels', OWNER_LABEL) },
  { name: 'oldOwner', expression: valueOf('variables.oldLabels', OWNER_LABEL) },
]

/** Anybody with the right may add a revocation; only an approved change ends its effect. */
function revocationsStay(owner: string): object {
  return refuseUnless(
    `request.operation == 'CREATE' || variables.isApply || !variables.name.startsWith(${quoted(revocationPrefix(owner))}) || ${IS_NAMESPACE_DELETION}`,
    `revocations of ${owner} are changed and deleted by countersign only`,
  )
}

/** Names of the Leases of an approver, and of the ConfigMaps in which it keeps names. */
function keptBy({ signers }: Approver, owner: string): readonly string[] {
  const leases = signers.map(signer => approverLease(owner, signer))
  return [...leases, ...leases.flatMap(issuedNameMaps)]
}

/** Records are found by label and by name, so both are protected. */
export function recordsPolicy(installation: Installation): GuardPolicy {
  const { subject, owner, cluster, accessRoles, approver } = installation
  const ofApprover =
    approver === null
      ? ''
      : ` || (${isApply(approver.subject)} && request.resource.resource in ['leases', 'configmaps'] && variables.name in ${listed(keptBy(approver, owner))})`
  return {
    about: 'records',
    spec: guardSpec({
      resourceRules: [
        resourceRule('', ['configmaps'], ['CREATE', 'UPDATE', 'DELETE']),
        // The Lease of the controllers, which also has the newest commit.
        resourceRule('coordination.k8s.io', ['leases'], ['CREATE', 'UPDATE', 'DELETE']),
      ],
      variables: [
        { name: 'isApply', expression: isApply(subject) },
        ...MARKS.filter(({ name }) => /labels|owner/i.test(name)),
        {
          name: 'name',
          expression: 'object != null ? object.metadata.name : oldObject.metadata.name',
        },
      ],
      validations: [
        refuseUnless(
          `variables.isApply || !(variables.owner == ${quoted(owner)} || variables.oldOwner == ${quoted(owner)} || variables.name.startsWith(${quoted(`countersign-${owner}-`)})) || ${IS_NAMESPACE_DELETION}${ofApprover}`,
          `records of ${owner} are written by countersign only`,
        ),
        ...(accessRoles.length === 0 ? [] : [revocationsStay(owner)]),
      ],
    }),
    matchResources: { namespaceSelector: inNamespace(cluster.recordNamespace) },
  }
}

/**
 * Keys below countersign.dev/ name the owner of a Secret or a CertificateSigningRequest, and lead back to the decision. The
 * installation of another owner protects its own.
 */
export function marksPolicy({ subject, owner, mayAdopt }: Installation): GuardPolicy {
  const marked = (object: string, field: string): string =>
    `(has(${object}.metadata.${field}) && ${object}.metadata.${field}.exists(k, k.startsWith(${quoted(PREFIX)})))`
  const either = (object: string): string =>
    `(${marked(object, 'labels')} || ${marked(object, 'annotations')})`
  const secrets = "request.resource.resource == 'secrets'"
  return {
    about: 'marks',
    spec: guardSpec({
      resourceRules: [
        resourceRule('', ['secrets'], ['CREATE', 'UPDATE']),
        resourceRule(
          'certificates.k8s.io',
          [
            'certificatesigningrequests',
            'certificatesigningrequests/approval',
            'certificatesigningrequests/status',
          ],
          ['CREATE', 'UPDATE'],
        ),
      ],
      matchConditions: [
        {
          name: 'marked',
          expression: `(${isApply(subject)}) || ${either('object')} || (oldObject != null && ${either('oldObject')})`,
        },
      ],
      variables: [
        { name: 'isApply', expression: isApply(subject) },
        ...MARKS,
        {
          name: 'isChanged',
          expression: `${changed('variables.oldLabels', 'variables.labels')} || ${changed('variables.oldAnnotations', 'variables.annotations')}`,
        },
        {
          name: 'isOfAnother',
          expression: `variables.owner != '' && variables.owner != ${quoted(owner)} && variables.oldOwner != ${quoted(owner)}`,
        },
      ],
      validations: [
        refuseUnless(
          '!variables.isChanged || variables.isApply || variables.isOfAnother',
          `labels and annotations below ${PREFIX} and ${CERT_MANAGER_PREFIX} are written by countersign only`,
        ),
        refuseUnless(
          `!variables.isApply || (has(request.dryRun) && request.dryRun) || variables.owner == ${quoted(owner)}`,
          `countersign (${owner}) writes what carries its own label`,
        ),
        refuseUnless(
          `!variables.isApply || !(${secrets}) || oldObject == null || ${ownBefore(owner, mayAdopt)}`,
          mayAdopt
            ? 'the Secret belongs to another installation of countersign'
            : 'another user made the Secret, and no policy lets countersign take over Secrets',
        ),
      ],
    }),
  }
}

function ownBefore(owner: string, mayAdopt: boolean): string {
  const ours = `variables.oldOwner == ${quoted(owner)}`
  return mayAdopt ? `${ours} || variables.oldOwner == ''` : ours
}

const TOKEN_MESSAGE =
  'a token of the apply identity needs the right to approve for every signer: verb approve on signers in certificates.k8s.io, without resourceNames'

const ACCOUNT = 'kubernetes.io/service-account.name'

/** The service account of which a Secret gets a token that never expires; '' if it gets none. */
function accountOf(object: 'object' | 'oldObject'): string {
  const isToken = `${object} != null && has(${object}.type) && ${object}.type == 'kubernetes.io/service-account-token'`
  return `(${isToken} && has(${object}.metadata.annotations) && ${quoted(ACCOUNT)} in ${object}.metadata.annotations ? ${object}.metadata.annotations[${quoted(ACCOUNT)}] : '')`
}

/**
 * Restricts tokens of the service account, and Secrets that get one, to users who may approve for every signer; and to the kubelets
 * of its pods. If countersign does not run in the cluster, no pod may use the account.
 */
export function identityPolicy(installation: Installation): readonly GuardPolicy[] {
  const { subject, cluster, owner, approver } = installation
  const isAccount = subject.kind === 'ServiceAccount'
  // The approver runs as a pod.
  const accounts = [
    ...(isAccount ? [subject.name] : []),
    ...(approver === null ? [] : [approver.subject.name]),
  ]
  if (accounts.length === 0) return []
  const runs = !isAccount || cluster.auth.kind === 'inCluster'
  const isResource = (name: string): string => `request.resource.resource == ${quoted(name)}`
  const kubelet = "'system:nodes' in request.userInfo.groups"
  const tokens = resourceRule('', ['serviceaccounts/token'], ['CREATE'])
  const secrets = resourceRule('', ['secrets'], ['CREATE', 'UPDATE'])
  const pods = resourceRule('', ['pods'], ['CREATE'])
  const ofToken = `request.name in ${listed(accounts)}`
  const ofSecret = `${accountOf('object')} in ${listed(accounts)} && ${accountOf('object')} != ${accountOf('oldObject')}`
  const ofPod = `(has(object.spec.serviceAccountName) && object.spec.serviceAccountName == ${quoted(subject.name)})`
  return [
    {
      about: 'identity',
      spec: guardSpec({
        resourceRules: runs ? [tokens, secrets] : [tokens, secrets, pods],
        matchConditions: [
          {
            name: 'apply-identity',
            expression: `${isResource('serviceaccounts')} ? ${ofToken} : (${isResource('secrets')} ? ${ofSecret} : ${ofPod})`,
          },
        ],
        validations: [
          refuseUnless(
            `!(${isResource('pods')})`,
            `no pod runs as the apply identity of countersign (${owner})`,
          ),
          refuseUnless(
            `${isResource('pods')} || (request.userInfo.username != ${quoted(userName(subject))} && (${kubelet} || ${MAY_APPROVE}))`,
            TOKEN_MESSAGE,
          ),
        ],
      }),
      matchResources: { namespaceSelector: inNamespace(cluster.recordNamespace) },
    },
  ]
}
