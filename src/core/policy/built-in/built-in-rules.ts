// Built-in rules above all policies. An exception of countersign.yaml that names the code can waive a refusal (exceptions.ts); no
// policy can. Several common names, CA:TRUE, weak keys and hashes: lib/kubernetes/kubernetes-rules.ts, for all signers.
import type { Code } from '../../../domain/problem-codes.ts'
import { sortProblems } from '../../../domain/problem.ts'
import { GRANT_PREFIX } from '../../../domain/cluster/grant.ts'
import type { EmergencyConfig } from '../../../domain/request/config.ts'
import { isReservedRole } from '../../../domain/request/access.ts'
import { placeOf } from '../../../domain/request/request.ts'
import type { EffectiveRequest } from '../../../domain/request/request.ts'
import { placeOfValue, subjectMember } from '../../../lib/kubernetes/names-in-spec.ts'
import { isKubeletSigner } from '../../../lib/kubernetes/built-in-signers.ts'
import { ownGrant } from '../../../lib/kubernetes/grants-in-subject.ts'
import { hiddenOffsets, quoted } from '../../../lib/source/hidden-characters.ts'
import { attributeValues } from '../../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../../lib/x509/oids.ts'
import { skeletons } from './confusables.ts'
import type { BuiltInProblem } from './built-in-problem.ts'
import { mixedScripts } from './mixed-scripts.ts'

export { mayBeWaived, withoutExcepted } from './exceptions.ts'
export { publicKeysUsedTwice } from './key-reuse.ts'

type NameRule = (identity: Identity, request: EffectiveRequest) => readonly BuiltInProblem[]

const NAME_RULES: readonly NameRule[] = [
  namesAreFree, // no user or group that Kubernetes reserves
  namesLookLikeThemselves, // and none that looks like one
  namesAreNoGrants, // no group of countersign's own bindings, and none that looks like one
  namesAreWellFormed, // no spaces at the ends, nothing hidden, NFC
  namesAreOfOneScript, // no Latin together with Cyrillic
]

const REQUEST_RULES: readonly ((request: EffectiveRequest) => readonly BuiltInProblem[])[] = [
  rolesAreNoReserved, // no cluster-admin and no role of Kubernetes itself
  usagesAreNoCas, // built-in signers refuse them, others may not
]

const PREFIX = 'system:'
const ADMINS = 'kubeadm:cluster-admins'
const NODES = 'system:nodes'
const NODE_PREFIX = 'system:node:'
const CA_USAGES = ['cert sign', 'crl sign'] as const

/**
 * Every refusal, sorted by place; empty if there is none. Codes: POLICY_NAME_RESERVED, POLICY_GROUP_RESERVED, POLICY_NAME_LOOKALIKE,
 * POLICY_GRANT_RESERVED, POLICY_NAME_FORM, POLICY_NAME_SCRIPTS, POLICY_EMERGENCY_PERSON, POLICY_ACCESS_RESERVED,
 * POLICY_CA_USAGE. `system:` is reserved by Kubernetes (docs, "Using RBAC
 * Authorization").
 */
export function builtInProblems(
  request: EffectiveRequest,
  emergency: EmergencyConfig | null,
): readonly BuiltInProblem[] {
  const identities = identitiesOf(request)
  const found = [
    ...NAME_RULES.flatMap(rule => identities.flatMap(identity => rule(identity, request))),
    ...namesAreOfNoPeople(emergency?.people ?? [], request),
    ...REQUEST_RULES.flatMap(rule => rule(request)),
  ]
  const order = sortProblems(found)
  return [...found].sort((a, b) => order.indexOf(a) - order.indexOf(b))
}

/** No exception waives it: a user who gets the name of a person could be both people of an ask. */
function namesAreOfNoPeople(
  people: readonly string[],
  request: EffectiveRequest,
): readonly BuiltInProblem[] {
  return identitiesOf(request).flatMap(person => {
    if (!people.includes(person.value)) return []
    const message = `${quoted(person.value)} is a person of emergency.people, who logs in without countersign`
    return problem('POLICY_EMERGENCY_PERSON', request, person, message, 'request another name')
  })
}

/** One attribute that becomes a user or a group. */
interface Identity {
  readonly oid: string
  readonly value: string
  /** The forms that it looks like. */
  readonly forms: readonly string[]
}

/** CN and O: the user and the groups of a client certificate. */
function identitiesOf({ subject }: EffectiveRequest): readonly Identity[] {
  return [ATTRIBUTE_OIDS.CN, ATTRIBUTE_OIDS.O].flatMap(oid =>
    attributeValues(subject, oid).map(value => ({ oid, value, forms: skeletons(value) })),
  )
}

function isReserved(value: string): boolean {
  return value.startsWith(PREFIX) || value === ADMINS
}

/** Nodes are named system:node:… and are in system:nodes. The kubelet signers sign for nodes only. */
function isNode({ oid, value }: Identity, { signerName }: EffectiveRequest): boolean {
  if (!isKubeletSigner(signerName)) return false
  return oid === ATTRIBUTE_OIDS.O ? value === NODES : value.startsWith(NODE_PREFIX)
}

function namesAreFree(identity: Identity, request: EffectiveRequest): readonly BuiltInProblem[] {
  const { oid, value } = identity
  if (!isReserved(value) || isNode(identity, request)) return []
  const isGroup = oid === ATTRIBUTE_OIDS.O
  const code = isGroup ? 'POLICY_GROUP_RESERVED' : 'POLICY_NAME_RESERVED'
  const what = isGroup ? 'group' : 'user name'
  const message = `the ${what} ${quoted(value)} is reserved for Kubernetes itself`
  return problem(code, request, identity, message, 'request a name that is not reserved')
}

const RESERVED_SKELETON = skeletons(PREFIX)[0] ?? ''
const ADMINS_SKELETON = skeletons(ADMINS)[0] ?? ''

function namesLookLikeThemselves(
  identity: Identity,
  request: EffectiveRequest,
): readonly BuiltInProblem[] {
  const { value, forms } = identity
  if (isReserved(value)) return []
  const prefix = forms.some(form => form.startsWith(RESERVED_SKELETON))
  if (!prefix && !forms.includes(ADMINS_SKELETON)) return []
  const like = prefix ? PREFIX : ADMINS
  const message = `${quoted(value)} looks like ${like}, which is reserved for Kubernetes itself`
  return problem('POLICY_NAME_LOOKALIKE', request, identity, message, 'request another name')
}

const GRANTS_SKELETON = skeletons(GRANT_PREFIX)[0] ?? ''

/** No exception waives this: the prefix is reserved for groups to which countersign itself grants access. */
function namesAreNoGrants(
  identity: Identity,
  request: EffectiveRequest,
): readonly BuiltInProblem[] {
  const { value, forms } = identity
  if (!forms.some(form => form.startsWith(GRANTS_SKELETON))) return []
  if (identity.oid === ATTRIBUTE_OIDS.O && value === ownGrant(request)) return []
  const how = value.startsWith(GRANT_PREFIX) ? 'begins with' : 'looks as if it began with'
  const message = `${quoted(value)} ${how} ${GRANT_PREFIX}, which is reserved for access that countersign grants`
  return problem('POLICY_GRANT_RESERVED', request, identity, message, 'choose another name')
}

function namesAreWellFormed(
  identity: Identity,
  request: EffectiveRequest,
): readonly BuiltInProblem[] {
  const fault = formFault(identity.value)
  if (fault === null) return []
  const message = `the name ${quoted(identity.value)} ${fault}`
  return problem('POLICY_NAME_FORM', request, identity, message, 'write it as it is seen')
}

function formFault(value: string): string | null {
  if (!hiddenOffsets(value).next().done || /[\n\r\t]/.test(value)) {
    return 'holds characters that cannot be seen'
  }
  if (/(?! )\p{White_Space}/u.test(value)) return 'holds an unusual space'
  if (value !== value.trim()) return 'has spaces at its ends'
  if (value !== value.normalize('NFC')) return 'is not in NFC, the usual form of its letters'
  const isPlain = value === value.normalize('NFKC')
  return isPlain ? null : 'holds characters that stand for others, such as fullwidth letters'
}

function namesAreOfOneScript(
  identity: Identity,
  request: EffectiveRequest,
): readonly BuiltInProblem[] {
  const mixed = mixedScripts(identity.value)
  if (mixed.length === 0) return []
  const message = `the name ${quoted(identity.value)} mixes ${mixed.join(' and ')}`
  const hint = 'letters of different scripts can look the same; write it in one'
  return problem('POLICY_NAME_SCRIPTS', request, identity, message, hint)
}

function rolesAreNoReserved({ access, places }: EffectiveRequest): readonly BuiltInProblem[] {
  return access.flatMap(({ clusterRole }, index) => {
    if (!isReservedRole(clusterRole)) return []
    return [
      {
        code: 'POLICY_ACCESS_RESERVED' as const,
        at: placeOf(places, `access[${index}].clusterRole`),
        message: `the ClusterRole ${clusterRole} is reserved for Kubernetes and its administrators`,
        hint: 'name a ClusterRole of your own with the rules that are needed',
        value: clusterRole,
      },
    ]
  })
}

function usagesAreNoCas(request: EffectiveRequest): readonly BuiltInProblem[] {
  return CA_USAGES.filter(usage => request.usages.includes(usage)).map(usage => ({
    code: 'POLICY_CA_USAGE',
    at: placeOf(request.places, `usages[${request.usages.indexOf(usage)}]`),
    message: `the usage "${usage}" is not allowed: with it the holder of the key is a CA`,
    hint: 'leave it out',
    value: usage,
  }))
}

function problem(
  code: Code,
  request: EffectiveRequest,
  { oid, value }: Identity,
  message: string,
  hint: string,
): readonly BuiltInProblem[] {
  const at = placeOfValue(request.places, subjectMember(oid), value)
  return [{ code, at, message, hint, value }]
}
