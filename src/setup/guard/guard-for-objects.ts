// The guard's policies for countersign's objects in the cluster (records, revocations, marks of Secrets).
import { REVOKE, REVOKES_LABEL, revocationPrefix } from '../../domain/cluster/revocation.ts'
import { issuedNameMaps } from '../../domain/cluster/controller-lease.ts'
import { REVOKER_ACCOUNT, ownAccount } from '../../domain/cluster/installation.ts'
import type { Approver, Installation } from '../../domain/cluster/installation.ts'
import {
  CERT_MANAGER_PREFIX,
  IS_NAMESPACE_DELETION,
  MARKS,
  MAY_DO_EVERYTHING,
  PREFIX,
  changed,
  controllerName,
  isApply,
  isController,
  celIsSubject,
  celList,
  celString,
  valueOf,
} from './guard-cel.ts'
import { approverLease } from '../approver-lease.ts'
import { isAskByName } from './guard-for-emergency.ts'
import { guardPolicy, refuseUnless, resourceRule } from './guard-policy.ts'
import type { GuardPolicy } from './guard-policy.ts'

/** Types of Secrets that countersign writes. One of another type may get the token of any account of its namespace. */
const SECRET_TYPES = ['kubernetes.io/tls', 'Opaque']

/** A revocation is small, and names its writer: a run reads all of them before it grants. */
const IS_SMALL = `has(object.data) && object.data.size() <= 3 && object.data.all(k, object.data[k].size() <= 300) && !has(object.binaryData) && variables.labels.size() <= 8 && variables.annotations.size() <= 4 && variables.annotations.all(k, variables.annotations[k].size() <= 1000) && !has(object.metadata.finalizers) && !has(object.metadata.ownerReferences)`

/** Users with a right of its own add revocations; only an approved change ends their effect. */
function revocationRules({ owner, cluster }: Installation): readonly object[] {
  const may = `authorizer.group(${celString(REVOKE.group)}).resource(${celString(REVOKE.resource)}).namespace(${celString(cluster.recordNamespace)}).check(${celString(REVOKE.verb)}).allowed()`
  return [
    refuseUnless(
      `!variables.isRevocation || request.operation == 'CREATE' || (request.operation == 'DELETE' && (variables.isApply || !variables.name.startsWith(${celString(revocationPrefix(owner))}))) || ${IS_NAMESPACE_DELETION}`,
      `revocations of ${owner} are not changed, and are deleted by countersign only`,
    ),
    refuseUnless(
      `!variables.isRevocation || request.operation != 'CREATE' || ${may}`,
      `revocations of ${owner} are created by users with the verb ${REVOKE.verb} on ${REVOKE.resource} in ${REVOKE.group}: countersign manifests revoker`,
    ),
    refuseUnless(
      `!variables.isRevocation || request.operation != 'CREATE' || (${IS_SMALL} && 'by' in object.data && object.data.by == request.userInfo.username)`,
      'a revocation names the user who creates it, and has three values of at most 300 characters and four annotations of at most 1,000',
    ),
  ]
}

/** Names of the Leases of an approver, and of the ConfigMaps in which it keeps names. */
function approverObjectNames({ signers }: Approver, owner: string): readonly string[] {
  const leases = signers.map(signer => approverLease(owner, signer))
  return [...leases, ...leases.flatMap(issuedNameMaps)]
}

/** Records are found by label and by name, so both are protected. */
export function recordsPolicy(installation: Installation): GuardPolicy {
  const { subject, owner, cluster, approver, emergency } = installation
  const isAsk = emergency === null ? '' : ` || ${isAskByName(owner)}`
  const ours = `countersign-${owner}-`
  const isApproverObject = `(variables.isApprover && variables.name in ${celList(approver === null ? [] : approverObjectNames(approver, owner))})`
  const isNamespace = "request.resource.resource == 'namespaces'"
  return guardPolicy(installation, 'records', {
    namespaces: [cluster.recordNamespace],
    resourceRules: [
      resourceRule('', ['namespaces'], ['DELETE']),
      resourceRule('', ['configmaps'], ['CREATE', 'UPDATE', 'DELETE']),
      // The Lease of the controllers, which also has the newest commit.
      resourceRule('coordination.k8s.io', ['leases'], ['CREATE', 'UPDATE', 'DELETE']),
    ],
    variables: {
      isApply: isApply(subject),
      isApprover: approver === null ? 'false' : isApply(approver.subject),
      ...MARKS,
      name: 'object != null ? object.metadata.name : oldObject.metadata.name',
      isRevocation: `request.resource.resource == 'configmaps' && (variables.name.startsWith(${celString(revocationPrefix(owner))}) || ${['variables.labels', 'variables.oldLabels'].map(map => `(${valueOf(map, REVOKES_LABEL)}) == ${celString(owner)}`).join(' || ')})`,
    },
    validations: [
      refuseUnless(
        `!(${isNamespace}) || ${MAY_DO_EVERYTHING}`,
        `the namespace with the records of ${owner} is deleted by users who may do everything`,
      ),
      refuseUnless(
        `${isNamespace} || variables.isApply || !(variables.owner == ${celString(owner)} || variables.name.startsWith(${celString(ours)})) || ${IS_NAMESPACE_DELETION} || ${isApproverObject}`,
        `records of ${owner} are written by countersign only`,
      ),
      refuseUnless(
        `request.resource.resource != 'configmaps' || variables.name != 'kube-root-ca.crt' || ${isController(celString(controllerName('root-ca-cert-publisher')))} || ${IS_NAMESPACE_DELETION} || ${MAY_DO_EVERYTHING}`,
        'pods of countersign trust this CA, and Kubernetes writes it',
      ),
      refuseUnless(
        `(!variables.isApply || variables.name.startsWith(${celString(ours)}) || variables.isRevocation${isAsk}) && (!variables.isApprover || ${isApproverObject}) && (!(${celIsSubject(ownAccount(cluster, REVOKER_ACCOUNT))}) || variables.isRevocation)`,
        'an identity of countersign writes its own objects only',
      ),
      ...revocationRules(installation),
    ],
  })
}

/**
 * Keys below countersign.dev/ name the owner of a Secret or a CertificateSigningRequest, and lead back to the decision. The
 * installation of another owner protects its own.
 */
export function marksPolicy(installation: Installation): GuardPolicy {
  const { subject, owner, mayAdopt } = installation
  const marked = (object: string, field: string): string =>
    `(has(${object}.metadata.${field}) && ${object}.metadata.${field}.exists(k, k.startsWith(${celString(PREFIX)})))`
  const either = (object: string): string =>
    `(${marked(object, 'labels')} || ${marked(object, 'annotations')})`
  const secrets = "request.resource.resource == 'secrets'"
  return guardPolicy(installation, 'marks', {
    resourceRules: [
      resourceRule('', ['secrets'], ['CREATE', 'UPDATE', 'DELETE']),
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
    matchConditions: {
      marked: `(${celIsSubject(subject)}) || (request.operation != 'DELETE' && (${either('object')} || (oldObject != null && ${either('oldObject')})))`,
    },
    variables: {
      isApply: isApply(subject),
      ...MARKS,
      isChanged: `${changed('variables.oldLabels', 'variables.labels')} || ${changed('variables.oldAnnotations', 'variables.annotations')}`,
      isOfAnother: `variables.owner != '' && variables.owner != ${celString(owner)} && variables.oldOwner != ${celString(owner)}`,
    },
    validations: [
      refuseUnless(
        '!variables.isChanged || variables.isApply || variables.isOfAnother',
        `labels and annotations below ${PREFIX} and ${CERT_MANAGER_PREFIX} are written by countersign only`,
      ),
      refuseUnless(
        `!variables.isApply || (has(request.dryRun) && request.dryRun) || (request.operation == 'DELETE' ? variables.oldOwner : variables.owner) == ${celString(owner)}`,
        `countersign (${owner}) writes what carries its own label`,
      ),
      refuseUnless(
        `!variables.isApply || !(${secrets}) || oldObject == null || ${ownBefore(owner, mayAdopt)}`,
        mayAdopt
          ? 'the Secret belongs to another installation of countersign'
          : 'another user made the Secret, and no policy lets countersign take over Secrets',
      ),
      refuseUnless(
        `!variables.isApply || !(${secrets}) || request.operation != 'CREATE' || ((!has(object.type) || object.type in ${celList(SECRET_TYPES)}) && (${isSink(installation)}))`,
        'no policy lets countersign create a Secret of this type or name there',
      ),
    ],
  })
}

/** Whether a policy allows the new Secret as a sink. In its namespace no other name is of use to a stolen identity. */
function isSink({ secretPlaces }: Installation): string {
  // Kubernetes allows no other characters in these names, so an escaped one matches nothing but itself.
  const either = (value: string, patterns: readonly string[]): string => {
    const texts = patterns.map(each =>
      each.replaceAll(/[^a-z0-9*-]/g, String.raw`\$&`).replaceAll('*', '.*'),
    )
    return `${value}.matches(${celString(`^(${texts.join('|')})$`)})`
  }
  const places = secretPlaces.map(
    ({ namespaces, names }) =>
      `(${either('request.namespace', namespaces)} && ${either('object.metadata.name', names ?? ['*'])})`,
  )
  return places.length === 0 ? 'false' : places.join(' || ')
}

function ownBefore(owner: string, mayAdopt: boolean): string {
  const ours = `variables.oldOwner == ${celString(owner)}`
  return mayAdopt ? `${ours} || variables.oldOwner == ''` : ours
}
