// The rules that judge requests: the configuration and the policy files of one state of the repository.
import type { ApprovalRule, Config } from '../../domain/request/config.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import { ok, refuseAs } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import { POLICIES } from '../../domain/request/policy.ts'
import { parseConfig } from '../../core/config/parse-config.ts'
import { forAnyRequester } from '../../core/policy/any-requester.ts'
import type { Policies } from '../../core/policy/load-policies.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'

export interface Rules {
  readonly config: Config
  /** Null if no policy is applied: at a terminal without a configuration. */
  readonly policies: Policies | null
}

/** countersign.yaml and policies/, or `fallback` if there is no configuration and the caller allows it (a terminal). */
export async function readRules(
  files: RepositoryFiles,
  path: string,
  fallback: (() => Promise<Config>) | null,
): Promise<Checked<Rules>> {
  const [file, listed] = await Promise.all([files.read(path), files.list(POLICIES)])
  const found = (listed ?? []).filter(({ path: name }) => isPolicy(name))
  // Policies without a configuration mean that the configuration is missing, not that no rules apply.
  const isFallback = file === null && found.length === 0 && (await misnamed(path, files)) === null
  if (isFallback && fallback !== null) return ok({ config: await fallback(), policies: null })
  const config = await parsed(file, path, files)
  if (!config.ok) return config
  return ok({ config: config.value, policies: await policiesOf(found) })
}

/** Every rule on approvals: of configuration files, of all requests, and of each policy. */
export function approvalRules({ config, policies }: Rules): readonly ApprovalRule[] {
  const { configuration, requests } = config.approval
  const ruled = policies?.policies.flatMap(({ approvals }) => approvals ?? []) ?? []
  return [configuration, requests, ...ruled]
}

/** The rules without those on the requester. */
export function forAnybody({ config, policies }: Rules): Rules {
  if (policies === null) return { config, policies }
  return { config, policies: { ...policies, policies: policies.policies.map(forAnyRequester) } }
}

/** countersign.yaml alone, for a command that judges nothing. */
export async function readConfig(files: RepositoryFiles, path: string): Promise<Checked<Config>> {
  return parsed(await files.read(path), path, files)
}

async function parsed(file: RequestFile | null, path: string, files: RepositoryFiles) {
  if (file !== null) return parseConfig(file)
  const other = await misnamed(path, files)
  return refuseAs(
    'CONFIG_MISSING',
    `there is no ${path} in the ${files.description}`,
    other !== null
      ? `rename ${other}, which is not read: mv ${other} ${path}`
      : 'run this in the checkout of the requests, or name the file with --config FILE. In a new repository, to create it, run: countersign bootstrap --cluster NAME. If its pull request is open, merge it, then run: git pull',
  )
}

/** The path with the other ending of YAML, null unless there is such a file. */
async function misnamed(path: string, files: RepositoryFiles): Promise<string | null> {
  const other = path.replace(/\.yaml$/, '.yml')
  return other === path || (await files.read(other)) === null ? null : other
}

/** CEL, the heaviest part of reading a policy, is loaded with the first one. */
async function policiesOf(files: readonly RequestFile[]): Promise<Policies> {
  if (files.length === 0) return { policies: [], broken: [] }
  const { loadPolicies } = await import('../../core/policy/load-policies.ts')
  return loadPolicies(files)
}

/** Policy tests are in the same folder and judge nothing. */
export function isPolicy(path: string): boolean {
  return /\.ya?ml$/.test(path) && !isPolicyTest(path)
}

export function isPolicyTest(path: string): boolean {
  return /\.test\.ya?ml$/.test(path)
}
