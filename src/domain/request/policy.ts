// Who may have which certificate: policies as read, what judging needs, and what it answers.
// `selector`, `allowed` and `constraints` mean what they mean in cert-manager's approver-policy v0.28.
import type { ApprovalRule } from './config.ts'
import type { NonEmpty, Problem } from '../problem.ts'
import type { KeyAlgorithm, Places } from './request.ts'
import type { Usage } from './signer.ts'

/** One policy file. What it does not say is null or empty, and then nothing is allowed by it. */
export interface Policy {
  readonly name: string
  readonly path: string
  readonly blob: string
  readonly places: Places
  readonly selector: PolicySelector
  readonly allowed: AllowedNames
  readonly constraints: PolicyConstraints
  /** Seconds that a key may be kept, or null for no end. */
  readonly maxKeyAgeSeconds: number | null
  /** A sink is denied unless one of these takes it. */
  readonly sinks: readonly SinkAllowance[]
  /** True where files that no reviewer can read (PKCS#10, CertificateSigningRequest manifests) may be allowed. */
  readonly allowsOpaque: boolean
  readonly rules: readonly PolicyRule[]
  readonly approvals: ApprovalRule | null
}

/** Members that are null match everything; at least one is given, and all given must match. */
export interface PolicySelector {
  /** Path patterns. */
  readonly paths: readonly string[] | null
  readonly clusters: readonly string[] | null
  /** With `*` for any characters. */
  readonly signerNames: readonly string[] | null
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

/** The kinds of names a policy speaks of, by their place below `allowed`, which is also their place in a request. */
export type NameMember = (typeof NAME_MEMBERS)[number]

export interface AllowedNames {
  readonly names: Readonly<Record<NameMember, AllowedValues | null>>
  readonly otherAttributes: readonly AllowedOid[]
  readonly otherNames: readonly AllowedOid[]
  readonly usages: readonly Usage[]
  readonly isCa: boolean
}

export interface AllowedValues {
  /** Patterns with `*`, one of which each value must fit; null where only the rules decide. */
  readonly values: readonly string[] | null
  readonly isRequired: boolean
  /** Each must be true of each value. */
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
  /** What to say when it is not true, or null. */
  readonly message: string | null
}

/** True, false, or why it could not be told. */
export type Answer = boolean | { readonly failed: string }

/** A CEL expression that was checked. */
export interface Expression {
  readonly text: string
  /** Never throws. Anything but `true` does not allow. */
  readonly ask: (about: ExpressionValues) => Answer
}

/** What expressions see, and how large it is: the work of an expression is bounded before it starts. */
export interface ExpressionValues {
  readonly variables: Readonly<Record<string, unknown>>
  readonly longestList: number
  readonly longestText: number
}

/** Lists are patterns with `*` (paths: path patterns); null is any. */
export interface SecretAllowance {
  readonly kind: 'secret'
  readonly namespaces: readonly string[]
  readonly names: readonly string[] | null
  /** Keys of labels and annotations that may be set: controllers copy and share Secrets by them. None where empty. */
  readonly labels: readonly string[]
  readonly annotations: readonly string[]
  /** Whether a Secret that somebody else made may be taken over. */
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
  /** Every recipient of the sink must be one of these; where there are any, a sink without is not taken. */
  readonly recipients: readonly string[]
  /** True where the artifact may go without recipients whatever it holds, and into a public repository. */
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

/** A policy file that could not be read. `selector` is what could be read of whom it is for, null where nothing could. */
export interface BrokenPolicy {
  readonly path: string
  readonly problems: NonEmpty<Problem>
  readonly selector: PolicySelector | null
}

/** Who asks: the person the proof rests on. `name` is null where the configuration does not know one. */
export interface Requester {
  readonly login: string
  readonly id: number
  readonly name: string | null
}

export interface JudgeContext {
  /** Null where nobody can be named; then no rule on the requester is true. */
  readonly requester: Requester | null
  /** Whether anybody can read the repository, and with it its artifacts. */
  readonly isPublic: boolean
}

/** What one policy says of one request. */
export type Explanation =
  | { readonly policy: string; readonly result: 'allowed' }
  /** `reason` says which member of the selector did not match. */
  | { readonly policy: string; readonly result: 'notApplicable'; readonly reason: string }
  | { readonly policy: string; readonly result: 'denied'; readonly problems: NonEmpty<Problem> }
  | { readonly policy: string; readonly result: 'undecided'; readonly problems: NonEmpty<Problem> }

/** Denied is an answer, undecided is the lack of one; only `allowed` allows. */
export type Verdict =
  | {
      readonly decision: 'allowed'
      /** The first of `policies`. */
      readonly by: string
      /** Every policy that allows it, by name; the approvals of one of them are enough. */
      readonly policies: NonEmpty<Policy>
      readonly explanations: readonly Explanation[]
    }
  | {
      readonly decision: 'denied' | 'undecided'
      readonly problems: NonEmpty<Problem>
      readonly explanations: readonly Explanation[]
    }

/** The only refusals that an exception of countersign.yaml can waive. */
export const WAIVABLE = [
  'POLICY_NAME_RESERVED',
  'POLICY_GROUP_RESERVED',
  'POLICY_NAME_LOOKALIKE',
  'POLICY_NAME_FORM',
  'POLICY_NAME_SCRIPTS',
  'POLICY_CA_USAGE',
  'POLICY_KEY_REUSED',
] as const
