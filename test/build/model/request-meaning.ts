// The effective request under a configuration, as the oracle computes it: only the members that the generator changes.
import { parse as parseYaml } from 'yaml'

/** Equal for two pairs of texts if certificate and sinks would be the same; null if a text is missing. */
export function meaningOf(request: string | null, configuration: string | null): string | null {
  if (request === null || configuration === null) return null
  const { metadata, spec } = parse(request)
  const config = parse(configuration)
  const asked = { ...spec, withdraw: undefined }
  const duration = spec.duration ?? config.defaults[0].spec.duration
  return JSON.stringify([metadata.name, { ...asked, duration }, config.clusters.prod.server])
}

/** The file requests a withdrawal, so its effective request does not matter. */
export function asksForWithdrawal(request: string | null): boolean {
  return request !== null && parse(request).spec?.withdraw === true
}

/** By policy: every policy of the generator allows these groups. A lifetime shorter than renewBefore is invalid. */
export function isAllowed(request: string): boolean {
  const { subject, duration } = parse(request).spec
  const groups: readonly string[] = subject?.organizations ?? []
  return duration !== '24h' && groups.every(group => group === 'developers' || group === 'viewers')
}

/** A cache of parsed files. */
const PARSED = new Map<string, Said>()

interface SaidRule {
  readonly required?: number
  readonly users?: readonly { readonly id: number }[]
  readonly teams?: readonly { readonly slug: string }[]
}

/** A request, a policy or a configuration of the generator. The type has the members of all three. */
interface Said {
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly withdraw?: boolean
    readonly duration?: string
    readonly subject?: { readonly organizations?: readonly string[] }
    readonly approvals?: SaidRule
  }
  readonly clusters: { readonly prod: { readonly server: string } }
  readonly defaults: readonly [{ readonly spec: { readonly duration: string } }]
  readonly approval?: {
    readonly strict?: boolean
    readonly never?: readonly { readonly id: number }[]
    readonly maxAge?: string
    readonly configuration?: SaidRule
    readonly requests?: SaidRule
    readonly bots?: readonly { readonly id: number }[]
  }
}

function parse(text: string): Said {
  const known: Said = PARSED.get(text) ?? parseYaml(text)
  PARSED.set(text, known)
  return known
}

export interface Rule {
  readonly required: number
  readonly users: readonly number[]
  readonly teams: readonly string[]
}

const ANYBODY: Rule = { required: 1, users: [], teams: [] }

export interface RulesThen {
  readonly strict: boolean
  readonly never: readonly number[]
  readonly maxAgeSeconds: number | null
  readonly configuration: Rule
  readonly requests: Rule
  readonly bots: readonly number[]
}

export function rulesOf(configuration: string): RulesThen {
  const { approval = {} } = parse(configuration)
  return {
    strict: approval.strict ?? false,
    never: (approval.never ?? []).map(({ id }) => id),
    maxAgeSeconds:
      approval.maxAge === undefined ? null : Number.parseInt(approval.maxAge, 10) * 86_400,
    configuration: ruleOf(approval.configuration),
    requests: ruleOf(approval.requests),
    bots: (approval.bots ?? []).map(({ id }) => id),
  }
}

/** The rule of a policy; null if it has none. */
export function policyRule(policy: string | null): Rule | null {
  const said = policy === null ? undefined : parse(policy).spec.approvals
  return said === undefined ? null : ruleOf(said)
}

function ruleOf(said: SaidRule | undefined): Rule {
  if (said === undefined) return ANYBODY
  return {
    required: said.required ?? 1,
    users: (said.users ?? []).map(({ id }) => id),
    teams: (said.teams ?? []).map(({ slug }) => slug),
  }
}
