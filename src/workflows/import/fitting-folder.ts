// The folder of a new request file: the one whose defaults complete the request, and whose policies allow it.
import type { CertificateRequest, EffectiveRequest } from '../../domain/request/request.ts'
import { effectiveRequests } from '../../core/config/apply-defaults.ts'
import { judgeRequest } from '../validate/judge-request.ts'
import type { Rules } from '../validate/rules-in-force.ts'

/** The first folder with an allowed request, else the first with a complete one, else the folder of requests. */
export function fittingFolder(request: CertificateRequest, rules: Rules, now: Date): string {
  const { config } = rules
  const folders = foldersIn(rules)
  // The file is written in our own format, which reviewers can read.
  const written = { ...request, format: 'countersign' } as const
  const placed = (folder: string) => ({ ...written, path: `${folder}/${request.name}.yaml` })
  const isComplete = (folder: string): boolean => effectiveRequests(placed(folder), config).ok
  const allowed = folders.find(folder => isAllowed(placed(folder), rules, now))
  return allowed ?? folders.find(isComplete) ?? config.requests
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
