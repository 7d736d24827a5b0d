// The folder of a new request file: the one whose defaults complete the request, and whose policies allow it.
import type { CertificateRequest, EffectiveRequest } from '../../domain/request/request.ts'
import type { Config } from '../../domain/request/config.ts'
import { filledRequest } from '../../core/config/merge-defaults.ts'
import { effectiveRequests } from '../../core/config/apply-defaults.ts'
import { judgeRequest } from '../validate/judge-request.ts'
import type { Rules } from '../validate/rules-in-force.ts'

/** The first folder with an allowed request, else the first with a complete one and defaults for its purpose, else that of requests. */
export function fittingFolder(request: CertificateRequest, rules: Rules, now: Date): string {
  const { config } = rules
  const folders = foldersIn(rules)
  // The file is written in our own format, which reviewers can read.
  const written = { ...request, format: 'countersign' } as const
  const placed = (folder: string) => ({ ...written, path: `${folder}/${request.name}.yaml` })
  const isComplete = (folder: string): boolean =>
    effectiveRequests(placed(folder), config).ok && hasPurpose(placed(folder), config)
  const allowed = folders.find(folder => isAllowed(placed(folder), rules, now))
  return allowed ?? folders.find(isComplete) ?? config.requests
}

const PURPOSES = ['client auth', 'server auth'] as const

/** False if its defaults are for clients and the request is for a server, or the other way round. Without usages its names count. */
function hasPurpose(request: CertificateRequest, config: Config): boolean {
  const { usages, sans } = request.spec
  const isForServer = sans.some(({ kind }) => kind === 'dnsName' || kind === 'ipAddress')
  const asked: readonly string[] = usages ?? (isForServer ? ['server auth'] : [])
  const blank = { ...request, spec: { ...request.spec, usages: null } }
  const given = PURPOSES.filter(each => filledRequest(blank, config).spec.usages?.includes(each))
  const isOpen = given.length === 0 || !PURPOSES.some(each => asked.includes(each))
  return isOpen || given.some(each => asked.includes(each))
}

/** The folder of requests, and those inside it that defaults and policies name: `requests/people` for `requests/people/**`. */
export function foldersIn({ config: { requests, defaults }, policies }: Rules): readonly string[] {
  const selectors = policies?.policies.map(({ selector }) => selector) ?? []
  const globs = [...defaults, ...selectors].flatMap(({ paths }) => paths ?? [])
  const folders = globs.flatMap(glob => /^(.*?)\/[^/]*[*?]/.exec(glob)?.[1] ?? [])
  return [requests, ...folders.filter(folder => folder.startsWith(`${requests}/`))]
}

/** Whether the request is complete at its path and a policy allows it. A person of its name counts as the requester. */
export function isAllowed(request: CertificateRequest, rules: Rules, now: Date): boolean {
  const effective = effectiveRequests(request, rules.config)
  const requester = rules.config.people.find(({ name }) => name === request.name) ?? null
  const context = { requester, isPublic: false }
  const hasNoProblem = (each: EffectiveRequest): boolean =>
    judgeRequest(each, rules, context, now).problems.length === 0
  return effective.ok && effective.value.every(hasNoProblem)
}
