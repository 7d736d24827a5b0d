// The request files of one state of the repository → requests after defaults, judged, and everything that is wrong.
import type { Verdict, Requester } from '../../domain/request/policy.ts'
import { failure, isNonEmpty } from '../../domain/problem.ts'
import type { CountersignError, Problem } from '../../domain/problem.ts'
import type { Refused } from '../../domain/cluster/plan-step.ts'
import type { EffectiveRequest, RequestFile } from '../../domain/request/request.ts'
import { effectiveRequests } from '../../core/config/apply-defaults.ts'
import { publicKeysUsedTwice } from '../../core/policy/built-in/built-in-rules.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { isPassedOver } from '../../core/request/detect-format.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import { judgeRequest } from './judge-request.ts'
import { impossibleSinks } from '../../core/sink/sink-capabilities.ts'
import type { SinkCapabilities } from '../../core/sink/sink-capabilities.ts'
import type { Rules } from './rules-in-force.ts'

/** What the files of one commit or work tree ask for. */
export interface JudgedRequests {
  readonly requests: readonly EffectiveRequest[]
  readonly refused: readonly Refused[]
  /** Remarks on requests that are fine. */
  readonly warnings: ReadonlyMap<EffectiveRequest, readonly Problem[]>
  /** What the policies said, where they were asked. */
  readonly verdicts: ReadonlyMap<EffectiveRequest, Verdict>
  /** How many request files were looked at. */
  readonly files: number
}

export interface JudgingOptions {
  readonly rules: Rules
  readonly folder: string
  /** Who asks; null where nobody can be named. */
  readonly requesterOf: (request: EffectiveRequest) => Requester | null
  readonly now: Date
  /** The files are of a public repository; absent where nobody asked GitHub. */
  readonly isPublic?: boolean
  /** What the run that applies will have; sinks that need more are refused. Absent at a terminal, where they are told. */
  readonly capabilities?: SinkCapabilities | undefined
  /** What this run has; sinks that need more are only told, since another run may write them. */
  readonly capabilitiesHere?: SinkCapabilities | undefined
}

/** What the files say, before anything judged it. */
export interface ParsedRequests {
  readonly requests: readonly EffectiveRequest[]
  readonly refused: readonly Refused[]
  readonly files: number
}

/** Every request file at or below the folder, read and judged by everything that needs no cluster. */
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
  if (found === null) throw noFolder(asking.folder)
  const read = found
    .filter(({ path }) => !isPassedOver(path))
    .map(file => readFile(file, asking.rules))
  return {
    requests: read.flatMap(({ requests }) => requests),
    refused: read.flatMap(({ refused }) => refused),
    files: read.length,
  }
}

export function judgeRequests(parsed: ParsedRequests, asking: JudgingOptions): JudgedRequests {
  const shared = publicKeysUsedTwice(parsed.requests)
  const judged = parsed.requests.map(request => {
    const { requesterOf, isPublic = false } = asking
    const judgement = judgeRequest(
      request,
      asking.rules,
      { requester: requesterOf(request), isPublic },
      asking.now,
      shared.get(request),
    )
    const { capabilities, capabilitiesHere } = asking
    const impossible = capabilities === undefined ? [] : impossibleSinks(request, capabilities)
    const elsewhere =
      capabilitiesHere === undefined ? [] : impossibleSinks(request, capabilitiesHere)
    return {
      request,
      ...judgement,
      problems: [...judgement.problems, ...impossible],
      warnings: [...judgement.warnings, ...elsewhere],
    }
  })
  return {
    requests: judged.flatMap(({ request, problems }) => (problems.length === 0 ? [request] : [])),
    refused: [...parsed.refused, ...judged.flatMap(refusedRequest)],
    warnings: new Map(judged.map(({ request, warnings }) => [request, warnings])),
    verdicts: new Map(
      judged.flatMap(({ request, verdict }) => (verdict === null ? [] : [[request, verdict]])),
    ),
    files: parsed.files,
  }
}

export function noFolder(folder: string): CountersignError {
  const hint = 'run countersign at the top of the repository, or name the folder with --requests'
  return failure('RUN_FILES', `there is no folder ${folder}`, hint)
}

/** A byte order mark stays what it is: part of the bytes. */
export function textOf({ bytes }: RequestFile): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

interface ReadFile {
  readonly requests: readonly EffectiveRequest[]
  readonly refused: readonly Refused[]
}

/** What one file asks for in each cluster, or why it cannot be read. */
export function readFile(file: RequestFile, { config }: Rules): ReadFile {
  const refuse = (name: string | null, problems: Refused['problems']): ReadFile => ({
    requests: [],
    refused: [{ path: file.path, name, cluster: null, problems }],
  })
  const parsed = parseRequest(file, config.requests)
  if (!parsed.ok) return refuse(null, parsed.problems)
  const effective = effectiveRequests(parsed.value, config)
  return effective.ok
    ? { requests: effective.value, refused: [] }
    : refuse(parsed.value.name, effective.problems)
}

function refusedRequest({
  request: { path, name, cluster },
  problems,
}: {
  readonly request: EffectiveRequest
  readonly problems: readonly Problem[]
}): readonly Refused[] {
  return isNonEmpty(problems) ? [{ path, name, cluster, problems }] : []
}
