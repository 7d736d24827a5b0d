// The folder of a new request file: the one whose defaults complete the request, and whose policies allow it.
import type { CertificateRequest, EffectiveRequest } from '../../domain/request/request.ts'
import { effectiveRequests } from '../../core/config/apply-defaults.ts'
import { judgeRequest } from '../validate/judge-request.ts'
import type { Rules } from '../validate/rules-in-force.ts'

/** The first folder with an allowed request, else the first with a complete one, else the folder of requests. */
export function fittingFolder(request: CertificateRequest, rules: Rules, now: Date): string {
  const { config } = rules
  const { requests } = config
  const requester = config.people.find(({ name }) => name === request.name) ?? null
  // `requests/people/**` → `requests/people`
  const globs = config.defaults.flatMap(({ paths }) => paths)
  const folders = globs.flatMap(glob => /^(.*?)\/[^/]*[*?]/.exec(glob)?.[1] ?? [])
  const inside = folders.filter(folder => folder.startsWith(`${requests}/`))
  const complete = [requests, ...inside].flatMap(folder => {
    const path = `${folder}/${request.name}.yaml`
    const effective = effectiveRequests({ ...request, path }, config)
    return effective.ok ? [{ folder, judged: effective.value }] : []
  })
  const isAllowed = (each: EffectiveRequest): boolean =>
    judgeRequest(each, rules, { requester, isPublic: false }, now).problems.length === 0
  const allowed = complete.find(({ judged }) => judged.every(isAllowed))
  return (allowed ?? complete[0])?.folder ?? requests
}
