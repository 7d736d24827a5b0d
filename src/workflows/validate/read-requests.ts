// Reader and judge of the request files of one state of the repository: requests after defaults, and every problem.
import type { PolicyDecision, Requester } from '../../domain/request/policy.ts'
import type { Config } from '../../domain/request/config.ts'
import { failure, isNonEmpty, mapped } from '../../domain/problem.ts'
import type { CountersignError, Problem } from '../../domain/problem.ts'
import type { Refused } from '../../domain/cluster/plan-step.ts'
import type { EffectiveRequest, RequestFile } from '../../domain/request/request.ts'
import { effectiveRequests } from '../../core/config/apply-defaults.ts'
import { publicKeysUsedTwice } from '../../core/policy/built-in/built-in-rules.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { isPassedOver } from '../../core/request/detect-format.ts'
import { parseRequest, readRequest } from '../../core/request/parse-request.ts'
import { judgeRequest } from './judge-request.ts'
import { impossibleSinks } from '../../core/sink/sink-capabilities.ts'
import type { SinkCapabilities } from '../../core/sink/sink-capabilities.ts'
import type { Rules } from './rules-in-force.ts'

/** The requests in the files of one commit or work tree, before they are judged. */
export interface ParsedRequests {
  readonly requests: readonly EffectiveRequest[]
  readonly refused: readonly Refused[]
  /** Number of request files read. */
  readonly files: number
}

export interface JudgedRequests extends ParsedRequests {
  /** Warnings about valid requests. */
  readonly warnings: ReadonlyMap<EffectiveRequest, readonly Problem[]>
  /** Verdicts of the policies that judged a request. */
  readonly verdicts: ReadonlyMap<EffectiveRequest, PolicyDecision>
}

export interface JudgingOptions {
  readonly rules: Rules
  readonly folder: string
  /** The requester, null if none is known. */
  readonly requesterOf: (request: EffectiveRequest) => Requester | null
  readonly now: Date
  /** The present, if `now` is a later time whose renewals are foreseen. */
  readonly present?: Date
  /** Whether the files are in a public repository; absent if GitHub was not asked. */
  readonly isPublic?: boolean
  /**
   * The sinks that the applying run can write. Sinks that need more are refused. Absent at a terminal, where they give a warning.
   */
  readonly capabilities?: SinkCapabilities | undefined
  /** The sinks that this run can write. Sinks that need more give a warning, since another run may write them. */
  readonly capabilitiesHere?: SinkCapabilities | undefined
}

/** Every request file at or below the folder, read and judged by all rules that need no cluster. */
export async function readRequests(
  files: RepositoryFiles,
  asking: JudgingOptions,
): Promise<JudgedRequests> {
  return judgeRequests(await parseRequests(files, asking), asking)
}

export async function parseRequests(
  files: RepositoryFiles,
  asking: Pick<JudgingOptions, 'rules' | 'folder'>,
): Promise<ParsedRequests> {
  const found = await files.list(asking.folder)
  const { config, policies } = asking.rules
  // Git keeps no empty folder, so the last request may be removed. A folder that is not of a configuration may be mistyped.
  const isConfigured = policies !== null && asking.folder === config.requests
  if (found === null && !isConfigured) throw noFolder(asking.folder)
  return parseFiles((found ?? []).filter(isRequestFile), asking.rules)
}

/** Whether a file below the request folder is read: notes and dot-files are not. */
export function isRequestFile({ path }: Pick<RequestFile, 'path'>): boolean {
  return !isPassedOver(path)
}

/** The requests in these files. `isAnywhere`: their paths and modes are not checked. */
export function parseFiles(
  files: readonly RequestFile[],
  rules: Rules,
  isAnywhere = false,
): ParsedRequests {
  const read = files.map(file => (isAnywhere ? readFile(file, rules, true) : readOnce(file, rules)))
  return {
    requests: read.flatMap(({ requests }) => requests),
    refused: read.flatMap(({ refused }) => refused),
    files: read.length,
  }
}

export function judgeRequests(parsed: ParsedRequests, asking: JudgingOptions): JudgedRequests {
  const shared = publicKeysUsedTwice(parsed.requests)
  const judged = parsed.requests.map(request => {
    const { requesterOf, isPublic = false, now, present = now } = asking
    const judgement = judgeRequest(
      request,
      asking.rules,
      { requester: requesterOf(request), isPublic, now: present },
      now,
      shared.get(request),
    )
    // Explanations are long, and only `policy explain` shows them.
    const { explanations: _, ...decision } = judgement.verdict ?? { explanations: [] }
    const { capabilities, capabilitiesHere } = asking
    const impossible = capabilities === undefined ? [] : impossibleSinks(request, capabilities)
    const elsewhere =
      capabilitiesHere === undefined ? [] : impossibleSinks(request, capabilitiesHere)
    return {
      request,
      decision: 'decision' in decision ? decision : null,
      problems: [...judgement.problems, ...impossible],
      warnings: [...judgement.warnings, ...elsewhere],
    }
  })
  return {
    requests: judged.flatMap(({ request, problems }) => (problems.length === 0 ? [request] : [])),
    refused: [...parsed.refused, ...judged.flatMap(refusedRequest)].map(namingFile),
    warnings: new Map(judged.map(({ request, warnings }) => [request, warnings])),
    verdicts: new Map(
      judged.flatMap(({ request, decision }) => (decision === null ? [] : [[request, decision]])),
    ),
    files: parsed.files,
  }
}

export function noFolder(folder: string): CountersignError {
  const hint =
    'run it at the top of the repository, or name the folder with --requests FOLDER. In a new repository, write the first request with countersign new NAME'
  return failure('RUN_FILES', `there is no folder ${folder}`, hint)
}

/** A byte order mark is kept as part of the bytes. */
export function textOf({ bytes }: RequestFile): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

interface ReadFile {
  readonly requests: readonly EffectiveRequest[]
  readonly refused: readonly Refused[]
}

/** By configuration: two states of a repository have most files in common, and each is read once. */
const READ = new WeakMap<Config, Map<string, ReadFile>>()

function readOnce(file: RequestFile, rules: Rules): ReadFile {
  const known = READ.get(rules.config) ?? new Map<string, ReadFile>()
  READ.set(rules.config, known)
  const id = [file.blob, file.mode, file.uncommitted, file.path].join(' ')
  const read = known.get(id) ?? readFile(file, rules)
  known.set(id, read)
  return read
}

/** The requests of one file for each cluster, or why it cannot be read. `isAnywhere`: path and mode are not checked. */
export function readFile(file: RequestFile, { config }: Rules, isAnywhere = false): ReadFile {
  const refuse = (name: string | null, problems: Refused['problems']): ReadFile => ({
    requests: [],
    refused: [{ path: file.path, name, cluster: null, problems }],
  })
  const parsed = isAnywhere ? readRequest(file, null) : parseRequest(file, config.requests)
  if (!parsed.ok) return refuse(null, parsed.problems)
  const effective = effectiveRequests(parsed.value, config)
  return effective.ok
    ? { requests: effective.value, refused: [] }
    : refuse(parsed.value.name, effective.problems)
}

/** A problem in a default or a policy names the request file too: many files may have it. */
function namingFile({ path, problems, ...refused }: Refused): Refused {
  const named = mapped(problems, each =>
    (each.at?.file ?? path) === path ? each : { ...each, message: `${path}: ${each.message}` },
  )
  return { path, ...refused, problems: named }
}

function refusedRequest({
  request: { path, name, cluster, subject, withdraw },
  problems,
}: {
  readonly request: EffectiveRequest
  readonly problems: readonly Problem[]
}): readonly Refused[] {
  return isNonEmpty(problems) ? [{ path, name, cluster, subject, withdraw, problems }] : []
}
