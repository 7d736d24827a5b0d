// countersign csr list|describe|approve|deny|get|delete: kubectl's verbs with eyes open. Who decides sees what the object asks
// for and what will be signed, and decides on that object and no other.
import { exitCodeOf } from '../exit-code.ts'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { isNonEmpty, unplaced, usageFailure } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { DescribedRequest } from '../../domain/cluster/described-request.ts'
import { describeRequest } from '../../workflows/decide/describe-request.ts'
import { describedJson } from '../../output/json/described-request-json.ts'
import { describedList, describedText } from '../../output/terminal/described-request-text.ts'
import { visible } from '../../output/terminal/plural-words.ts'
import { didYouMean } from '../../lib/source/did-you-mean.ts'
import type { Context } from '../command-context.ts'
import { decideAll } from './csr-decision-command.ts'
import type { DecideFlags } from './csr-decision-command.ts'
import { openSession } from './csr-context.ts'
import type { CsrContext } from './csr-context.ts'
import { refusedAll } from './plan-command.ts'
import { printReport } from './print-results.ts'

export interface CsrFlags extends DecideFlags {
  /** get: the request instead of the certificate. */
  readonly request: boolean
}

type Verb = (
  context: Context,
  session: CsrContext,
  names: readonly string[],
  flags: CsrFlags,
) => Promise<ExitCode>

const VERBS: Readonly<Record<string, Verb>> = {
  list,
  describe: (context, session, names) => withNamed(context, session, names, describe),
  get: (context, session, names, flags) =>
    withNamed(context, session, names, (seen, shown) => get(seen, shown, flags)),
  approve: deciding('approve'),
  deny: deciding('deny'),
  delete: deciding('delete'),
}

export async function csr(
  context: Context,
  [what = '', ...names]: readonly string[],
  flags: CsrFlags,
): Promise<ExitCode> {
  const verb = Object.hasOwn(VERBS, what) ? VERBS[what] : undefined
  if (verb === undefined)
    throw usageFailure(
      `csr has no command ${visible(what)}`,
      didYouMean(what, Object.keys(VERBS), `there are: ${Object.keys(VERBS).join(', ')}`),
    )
  if (what !== 'list' && names.length === 0)
    throw usageFailure(
      `csr ${what} needs the name of a CertificateSigningRequest`,
      'countersign csr list',
    )
  const session = await openSession(context)
  if (!session.ok) return refusedAll(context, session.problems)
  try {
    return await verb(context, session.value, names, flags)
  } finally {
    await session.value.cluster.close()
  }
}

async function list(
  context: Context,
  session: CsrContext,
  names: readonly string[],
): Promise<ExitCode> {
  if (names.length > 0) throw usageFailure('csr list takes no names', 'csr describe NAME')
  const now = await session.cluster.now()
  const objects = await session.cluster.signingRequests.list(null)
  const seen = objects.map(object => describeRequest(object, session.rules, session.config, now))
  if (context.options.output === 'text')
    context.terminal.result(describedList(seen, now, context.paint))
  else printSeen(context, seen)
  return 0
}

/** Every object that is named, read and looked at; nothing is done where one of them is missing. */
async function withNamed(
  context: Context,
  session: CsrContext,
  names: readonly string[],
  use: (
    context: Context,
    seen: readonly DescribedRequest[],
    now: Date,
  ) => ExitCode | Promise<ExitCode>,
): Promise<ExitCode> {
  const read = await readNamed(session, names)
  if (!read.ok) return refusedAll(context, read.problems)
  return use(context, read.value, await session.cluster.now())
}

async function readNamed(
  { cluster, config, rules }: CsrContext,
  names: readonly string[],
): Promise<Checked<readonly DescribedRequest[]>> {
  const objects = await Promise.all(
    [...new Set(names)].map(async name => ({
      name,
      object: await cluster.signingRequests.read(name),
    })),
  )
  const missing = objects.filter(({ object }) => object === null).map(({ name }) => notFound(name))
  if (isNonEmpty(missing)) return { ok: false, problems: missing }
  const now = await cluster.now()
  const value = objects.flatMap(({ object }) =>
    object === null ? [] : [describeRequest(object, rules, config, now)],
  )
  return { ok: true, value }
}

function notFound(name: string): Problem {
  const message = `there is no CertificateSigningRequest ${visible(name)}`
  return unplaced('CLUSTER_NOT_FOUND', message, 'countersign csr list')
}

/** 1 where one of them cannot be read, or must not be used. */
function describe(context: Context, seen: readonly DescribedRequest[], now: Date): ExitCode {
  if (context.options.output === 'text')
    context.terminal.result(seen.map(each => describedText(each, now, context.paint)).join('\n\n'))
  else printSeen(context, seen)
  return exitCodeOf({ hasRefusals: seen.some(({ problems }) => problems.length > 0) })
}

/** PEM, and nothing else, on stdout. */
function get(context: Context, seen: readonly DescribedRequest[], { request }: CsrFlags): ExitCode {
  const missing = seen.filter(({ object }) => !request && object.certificate === null)
  if (missing.length > 0) {
    const problems = missing.map(({ object, state }): Problem => {
      const message = `${object.name} holds no certificate; it is ${state}`
      return unplaced('CLUSTER_NOT_ISSUED', message, '--request prints the request')
    })
    return refusedAll(context, problems)
  }
  const beware = seen.flatMap(({ problems }) => problems)
  if (!request && isNonEmpty(beware)) return refusedAll(context, beware)
  const pems = seen.map(({ object }) => (request ? object.request : (object.certificate ?? '')))
  context.terminal.result(pems.map(onlyPem).join('\n'))
  return 0
}

/** The blocks without what stands around them: a terminal obeys some characters. */
function onlyPem(text: string): string {
  const blocks = text.match(/-----BEGIN ([A-Z0-9 ]+)-----[A-Za-z0-9+/=\s]*-----END \1-----/g)
  return (blocks ?? []).join('\n')
}

function deciding(decision: 'approve' | 'deny' | 'delete'): Verb {
  return (context, session, names, flags) =>
    withNamed(context, session, names, (_, seen, now) =>
      decideAll(decision, { context, session, now }, seen, flags),
    )
}

function printSeen(context: Context, seen: readonly DescribedRequest[]): void {
  printReport(context, { signingRequests: seen.map(describedJson) })
}
