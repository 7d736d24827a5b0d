// The files of one state of the repository → configuration, requests after defaults, and everything that is wrong.
import type { Config } from '../domain/config.ts'
import { isNonEmpty, refuse, ok } from '../domain/problem.ts'
import type { Checked, Problem } from '../domain/problem.ts'
import type { EffectiveRequest, RequestFile } from '../domain/request.ts'
import type { Refused } from '../domain/plan.ts'
import { effectiveRequests } from '../config/defaults.ts'
import { parseConfig } from '../config/parse.ts'
import { providerProblems } from '../kubernetes/providers.ts'
import { signerProblems } from '../kubernetes/rules.ts'
import type { RepositoryFiles } from '../ports.ts'
import { isPassedOver } from '../request/detect.ts'
import { parseRequest } from '../request/parse.ts'

/** What the files of one commit or work tree ask for. */
export interface Asked {
  readonly requests: readonly EffectiveRequest[]
  readonly refused: readonly Refused[]
  /** Signers' and defaults' remarks on requests that are fine. */
  readonly warnings: ReadonlyMap<EffectiveRequest, readonly Problem[]>
  /** How many request files were looked at. */
  readonly files: number
}

/** countersign.yaml, or `fallback` where there is none and the place allows it (a terminal). */
export async function readConfig(
  files: RepositoryFiles,
  path: string,
  fallback: (() => Promise<Config>) | null,
): Promise<Checked<Config>> {
  const file = await files.read(path)
  if (file !== null) return parseConfig(file)
  if (fallback !== null) return ok(await fallback())
  return refuse({
    code: 'CONFIG_MISSING',
    at: null,
    message: `there is no ${path} in ${files.description}`,
    hint: 'without it nothing says which clusters, defaults and people count, so nothing is issued; copy one from examples/',
  })
}

/** Every request file at or below `folder`, read and judged by the rules that need no cluster. */
export async function readRequests(
  files: RepositoryFiles,
  config: Config,
  folder: string,
): Promise<Asked> {
  const found = await files.list(folder)
  const judged = found
    .filter(({ path }) => !isPassedOver(path))
    .map(file => judgeFile(file, config))
  return {
    requests: judged.flatMap(({ requests }) => requests),
    refused: judged.flatMap(({ refused }) => refused),
    warnings: new Map(judged.flatMap(({ warnings }) => warnings)),
    files: judged.length,
  }
}

interface JudgedFile {
  readonly requests: readonly EffectiveRequest[]
  readonly refused: readonly Refused[]
  readonly warnings: readonly (readonly [EffectiveRequest, readonly Problem[]])[]
}

function judgeFile(file: RequestFile, config: Config): JudgedFile {
  const refuseAll = (name: string | null, problems: readonly Problem[]): JudgedFile => ({
    requests: [],
    warnings: [],
    refused: isNonEmpty(problems) ? [{ path: file.path, name, cluster: null, problems }] : [],
  })
  const parsed = parseRequest(file, config.requests)
  if (!parsed.ok) return refuseAll(null, parsed.problems)
  const effective = effectiveRequests(parsed.value, config)
  if (!effective.ok) return refuseAll(parsed.value.name, effective.problems)
  return judgeClusters(effective.value, config)
}

function judgeClusters(requests: readonly EffectiveRequest[], config: Config): JudgedFile {
  const fine: EffectiveRequest[] = []
  const refused: Refused[] = []
  const warnings: (readonly [EffectiveRequest, readonly Problem[]])[] = []
  for (const request of requests) {
    const cluster = config.clusters.find(({ name }) => name === request.cluster)
    const signer = cluster?.signers.find(({ name }) => name === request.signerName) ?? null
    const found = signerProblems(request, signer)
    const problems = [
      ...found.problems,
      ...(cluster === undefined ? [] : providerProblems(request, cluster)),
    ]
    const { path, name } = request
    if (isNonEmpty(problems)) refused.push({ path, name, cluster: request.cluster, problems })
    else fine.push(request)
    warnings.push([request, found.warnings])
  }
  return { requests: fine, refused, warnings }
}
