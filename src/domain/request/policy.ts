// Policies: their values, the input of a judgement, and its answer.
// `selector`, `allowed` and `constraints` have the meaning of cert-manager's approver-policy v0.28.
import type { ApprovalRule } from './config.ts'
import type { NonEmpty, Problem } from '../problem.ts'
import type { KeyAlgorithm, Places } from './request.ts'
import type { Usage } from './usage.ts'

/** Folder of the policy files. */
export const POLICIES = 'policies'

/** One policy file. Absent members are null or empty, and then allow nothing. */
export interface Policy {
  readonly name: string
  readonly path: string
  readonly blob: string
  readonly places: Places
  readonly selector: PolicySelector
  readonly allowed: AllowedNames
  readonly constraints: PolicyConstraints
  /** How many seconds a key may be kept, or null for no limit. */
  readonly maxKeyAgeSeconds: number | null
  /** How far from now a request may end, in seconds. Null if a request needs no end. */
  readonly maxUntilSeconds: number | null
  /** A sink is denied unless one of these allows it. */
  readonly sinks: readonly SinkAllowance[]
  /** A role in a place is denied unless one of these allows it. */
  readonly access: readonly AccessAllowance[]
  /** True if the policy may allow files that no reviewer can read (PKCS#10, CertificateSigningRequest manifests). */
  readonly allowsOpaque: boolean
  readonly rules: readonly PolicyRule[]
  readonly approvals: ApprovalRule | null
  /** True if a pending request that it applies to and that is not approved is denied. Else such a request stays pending. */
  readonly denies: boolean
}

/** Null members match everything. At least one member is set, and all set members must match. */
export interface PolicySelector {
  /** Path patterns. */
  readonly paths: readonly string[] | null
  readonly clusters: readonly string[] | null
  /** With `*` for any characters. */
  readonly signerNames: readonly string[] | null
  /** Who created the pending CertificateSigningRequest, with `*`. With one of these two, the policy is not for request files. */
  readonly usernames: readonly string[] | null
  readonly groups: readonly string[] | null
}

/** The user that created a CertificateSigningRequest, as the API server stamped it. */
export interface Creator {
  readonly username: string
  readonly groups: readonly string[]
}

/** Returns whether a policy with this selector is for pending CertificateSigningRequests, and not for request files. */
export function isForPending({ usernames, groups }: PolicySelector): boolean {
  return Array.isArray(usernames) || Array.isArray(groups)
}

export const NAME_MEMBERS = [
  'commonName',
  'subject.serialNumber',
  'subject.organizations',
  'subject.countries',
  'subject.organizationalUnits',
  'subject.localities',
  'subject.provinces',
  'subject.streetAddresses',
  'subject.postalCodes',
  'dnsNames',
  'ipAddresses',
  'uris',
  'emailAddresses',
] as const

/** The kinds of names in a policy, by their place below `allowed`. A request has them at the same place. */
export type NameMember = (typeof NAME_MEMBERS)[number]

export interface AllowedNames {
  readonly names: Readonly<Record<NameMember, AllowedValues | null>>
  readonly otherAttributes: readonly AllowedOid[]
  readonly otherNames: readonly AllowedOid[]
  readonly usages: readonly Usage[]
  readonly isCa: boolean
}

export interface AllowedValues {
  /** Patterns with `*`; each value must match one of them. Null if only the rules decide. */
  readonly values: readonly string[] | null
  readonly isRequired: boolean
  /** Each must be true for each value. */
  readonly validations: readonly PolicyRule[]
}

export interface AllowedOid extends AllowedValues {
  readonly oid: string
}

export interface PolicyConstraints {
  /** Seconds, inclusive. */
  readonly minDuration: number | null
  readonly maxDuration: number | null
  readonly privateKey: {
    readonly algorithm: KeyAlgorithm | null
    readonly minSize: number | null
    readonly maxSize: number | null
  } | null
}

export interface PolicyRule {
  readonly expression: Expression
  /** The message if the rule is not true, or null. */
  readonly message: string | null
}

/** True, false, or why the expression failed. */
export type RuleAnswer = boolean | { readonly failed: string }

/** A checked CEL expression. */
export interface Expression {
  readonly text: string
  /** Never throws. Only `true` allows. */
  readonly ask: (about: ExpressionValues) => RuleAnswer
  /** The two texts that `==` compares, `got "a", expected "b"`; null for any other expression. */
  readonly compared: (about: ExpressionValues) => string | null
}

/** Input of expressions, and its size: the work of an expression is bounded before it starts. */
export interface ExpressionValues {
  readonly variables: Readonly<Record<string, unknown>>
  readonly longestList: number
  readonly longestText: number
}

/** Lists are patterns with `*` (paths: path patterns); null matches anything. */
export interface SecretAllowance {
  readonly kind: 'secret'
  readonly namespaces: readonly string[]
  readonly names: readonly string[] | null
  /** Keys of labels and annotations that may be set: controllers copy and share Secrets by them. If empty, none may be set. */
  readonly labels: readonly string[]
  readonly annotations: readonly string[]
  /** Whether a Secret that countersign did not create may be taken over. */
  readonly mayAdopt: boolean
}

export interface GithubSecretAllowance {
  readonly kind: 'githubSecret'
  readonly repositories: readonly string[]
  readonly environments: readonly string[] | null
  readonly names: readonly string[] | null
}

export interface ArtifactAllowance {
  readonly kind: 'artifact'
  readonly names: readonly string[] | null
  /** Every recipient of the sink must be one of these. If there are any, a sink without recipients is not allowed. */
  readonly recipients: readonly string[]
  /** True if the artifact needs no recipients, whatever it holds, and may be in a public repository. */
  readonly isPublic: boolean
}

export interface FileAllowance {
  readonly kind: 'file'
  readonly paths: readonly string[]
}

export interface KubeconfigAllowance {
  readonly kind: 'kubeconfig'
  readonly into: SecretAllowance | GithubSecretAllowance | ArtifactAllowance
}

export type SinkAllowance =
  SecretAllowance | GithubSecretAllowance | ArtifactAllowance | FileAllowance | KubeconfigAllowance

/** Roles by their exact names, since rights in Kubernetes know no patterns of names. */
export interface AccessAllowance {
  readonly clusterRoles: readonly string[]
  /** Patterns with `*`; null for the whole cluster, which allows no single namespace. */
  readonly namespaces: readonly string[] | null
  /** Whether a renewal is refused if a role has other rules than at the issue before. */
  readonly roleChanges: 'warn' | 'refuse'
}

/** A policy file that could not be read. `selector` is the part that could be read, null if none could. */
export interface BrokenPolicy {
  readonly path: string
  readonly problems: NonEmpty<Problem>
  readonly selector: PolicySelector | null
}

/** The requester: the person whom the proof names. `name` is null if the configuration gives none. */
export interface Requester {
  readonly login: string
  readonly id: number
  readonly name: string | null
}

export interface JudgeContext {
  /** Null if no person is known. Then no rule on the requester is true. */
  readonly requester: Requester | null
  /** Whether anyone can read the repository, and with it its artifacts. */
  readonly isPublic: boolean
  /** For a pending CertificateSigningRequest; absent for the request of a file. */
  readonly creator?: Creator
  /** For the end of the request of a file; absent for a pending one, which has no end. */
  readonly now?: Date
}

/** The answer of one policy to one request. */
export type Explanation =
  | { readonly policy: string; readonly result: 'allowed' }
  /** `reason` names the member of the selector that did not match. */
  | { readonly policy: string; readonly result: 'notApplicable'; readonly reason: string }
  | { readonly policy: string; readonly result: 'denied'; readonly problems: NonEmpty<Problem> }
  | { readonly policy: string; readonly result: 'undecided'; readonly problems: NonEmpty<Problem> }

/** Denied is an answer; undecided means that there is none. Only `allowed` allows. */
export type Verdict = PolicyDecision & { readonly explanations: readonly Explanation[] }

/** A verdict without the answer of each policy. */
export type PolicyDecision =
  | {
      readonly decision: 'allowed'
      /** The first policy of `policies`. */
      readonly by: string
      /** Every policy that allows it, by name. The approvals of one of them are enough. */
      readonly policies: NonEmpty<Policy>
      /** Roles of the request for which one of these policies says `roleChanges: refuse`. */
      readonly fixedRoles: readonly string[]
    }
  | { readonly decision: 'denied' | 'undecided'; readonly problems: NonEmpty<Problem> }

/** The only refusals that an exception of countersign.yaml can waive. */
export const WAIVABLE = [
  'POLICY_NAME_RESERVED',
  'POLICY_GROUP_RESERVED',
  'POLICY_NAME_LOOKALIKE',
  'POLICY_NAME_FORM',
  'POLICY_NAME_SCRIPTS',
  'POLICY_CA_USAGE',
  'POLICY_KEY_REUSED',
  'POLICY_ACCESS_RESERVED',
] as const
