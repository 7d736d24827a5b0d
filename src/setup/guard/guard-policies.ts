// ValidatingAdmissionPolicies of the guard: only the apply identity may do what countersign does, whatever rights others have
// (admissionregistration.k8s.io/v1, Kubernetes 1.32 and newer, for the credential-id of a login). They also apply to system:masters.
// Users who may delete them are not restricted.
import { hash } from 'node:crypto'
import type { Installation, Subject } from '../../domain/cluster/installation.ts'
import { grantPrefix } from '../../domain/cluster/grant.ts'
import { GUARD_VERSION, VERSION_ANNOTATION } from '../../domain/cluster/guard-trial.ts'
import type { Manifest } from '../../domain/cluster/manifest.ts'
import { mapped } from '../../domain/problem.ts'
import type { NonEmpty } from '../../domain/problem.ts'
import { STATIC_SUFFIX } from '../../lib/kubernetes/static-policy.ts'
import { controllerName } from './guard-cel.ts'
import type { GuardPolicy } from './guard-policy.ts'
import { KUBELET_APPROVER, approvalsPolicy, requestsPolicy } from './guard-for-approvals.ts'
import { bindingsPolicy } from './guard-for-bindings.ts'
import { emergencyPolicy } from './guard-for-emergency.ts'
import { writesPolicy } from './guard-for-writes.ts'
import { identityPolicy } from './guard-for-tokens.ts'
import { marksPolicy, recordsPolicy } from './guard-for-objects.ts'
import { workloadsPolicy } from './guard-for-workloads.ts'
import { manifestsText } from '../rbac/manifest-parts.ts'

export interface GuardOptions {
  /** Further users who may approve requests of these signers, by their exact names. */
  readonly approvers: readonly string[]
  /** As a file that the API server reads itself, which no user of the API can change; absent: as objects of the API. */
  readonly isStatic?: boolean
}

/** Names of an installation's policies. The bindings have the same names. */
export function guardNames(installation: Installation): NonEmpty<string> {
  const policies = policiesOf(installation, { approvers: [] })
  return mapped(policies, ({ about }) => nameOf(installation, about))
}

/** Policies and bindings, each policy followed by its binding. */
export function guardObjects(
  installation: Installation,
  options: GuardOptions,
): readonly GuardObject[] {
  const suffix = options.isStatic === true ? STATIC_SUFFIX : ''
  return policiesOf(installation, options).flatMap(({ about, spec, bound }) => {
    const annotations = { [VERSION_ANNOTATION]: String(GUARD_VERSION) }
    const metadata = { name: `${nameOf(installation, about)}${suffix}`, annotations }
    const apiVersion = 'admissionregistration.k8s.io/v1'
    const binding = { policyName: metadata.name, validationActions: ['Deny'], ...bound }
    return [
      { apiVersion, kind: 'ValidatingAdmissionPolicy' as const, metadata, spec },
      { apiVersion, kind: 'ValidatingAdmissionPolicyBinding' as const, metadata, spec: binding },
    ]
  })
}

export interface GuardObject extends Manifest {
  readonly kind: 'ValidatingAdmissionPolicy' | 'ValidatingAdmissionPolicyBinding'
  readonly spec: object
}

export function guardManifests(installation: Installation, options: GuardOptions): string {
  return manifestsText(guardObjects(installation, options), headingOf(installation, options))
}

/**
 * The hash that an API server shows of its folder of static policies if that holds the printed static guard and nothing else
 * (LoadFiles in k8s.io/apiserver/pkg/admission/plugin/manifest, 1.37.2).
 */
export function staticGuardHash(installation: Installation, options: GuardOptions): string {
  const text = guardManifests(installation, { ...options, isStatic: true }).trimEnd()
  return `sha256:${hash('sha256', `${text}\n\0`, 'hex')}`
}

function policiesOf(installation: Installation, options: GuardOptions): NonEmpty<GuardPolicy> {
  return [
    approvalsPolicy(installation, options.approvers),
    requestsPolicy(installation),
    recordsPolicy(installation),
    marksPolicy(installation),
    ...bindingsPolicy(installation),
    ...writesPolicy(installation),
    ...emergencyPolicy(installation),
    ...identityPolicy(installation, options.approvers),
    ...workloadsPolicy(installation),
  ]
}

function nameOf({ owner }: Installation, about: string): string {
  return `countersign-${owner}-${about}`
}

function headingOf(
  installation: Installation,
  { approvers, isStatic = false }: GuardOptions,
): readonly string[] {
  const { owner, subject, signers, accessRoles, approver } = installation
  const others = approvers.length === 0 ? '' : ` and ${approvers.join(', ')}`
  return [
    `Only ${subjectWords(subject)}${others} approves or denies requests of`,
    `${signers.map(({ name }) => name).join(', ')}; only it writes the records and the countersign.dev/ marks of ${owner}.`,
    ...(accessRoles.length === 0
      ? []
      : [
          `Only it binds roles to groups ${grantPrefix(owner)}…, and only these: ${accessRoles.join(', ')}. Any user with the right may delete them.`,
        ]),
    ...(approver === null
      ? []
      : [
          `${subjectWords(approver.subject)} approves requests of others for ${approver.signers.join(', ')}.`,
        ]),
    `Kubernetes' own approver (${controllerName(KUBELET_APPROVER)}) still approves kubelet client certificates.`,
    ...(isStatic ? STATIC_WORDS : removableWords(installation)),
  ]
}

function removableWords(installation: Installation): readonly string[] {
  return [
    'This holds for system:masters too. In an emergency an administrator deletes the bindings:',
    `kubectl delete validatingadmissionpolicybinding ${guardNames(installation).join(' ')}`,
    'Users who may do that, who may impersonate with credential ids of their own choice, or who are root on a node of its',
    'pods, are above the guard. It takes the API server some seconds to learn of it.',
  ]
}

const STATIC_WORDS = [
  'This holds for system:masters too, and no user of the API can change it. Keep the guard in the API too: countersign reads it there.',
  'Kubernetes 1.37. On each node of the control plane, as the only file of a folder that --admission-control-config-file names:',
  'apiVersion: apiserver.config.k8s.io/v1',
  'kind: AdmissionConfiguration',
  'plugins:',
  '- name: ValidatingAdmissionPolicy',
  '  configuration:',
  '    apiVersion: apiserver.config.k8s.io/v1',
  '    kind: ValidatingAdmissionPolicyConfiguration',
  '    staticManifestsDir: /etc/kubernetes/countersign',
  'The API server reads a changed file within a minute. Replace it by one mv, so that it never sees a half of it.',
]

function subjectWords(subject: Subject): string {
  return subject.kind === 'ServiceAccount'
    ? `the service account ${subject.namespace}/${subject.name}`
    : `the ${subject.kind.toLowerCase()} ${subject.name}`
}
