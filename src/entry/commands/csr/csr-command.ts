// countersign csr list|describe|approve|deny|get|delete: the person sees what an object requests and what will be signed, and
// decides on exactly that object.
import { clusterFlag, shellWord } from '../../../lib/source/shell-word.ts'
import { isNonEmpty, unplaced, usageFailure } from '../../../domain/problem.ts'
import type { Checked, Problem } from '../../../domain/problem.ts'
import type { DescribedRequest } from '../../../domain/cluster/described-request.ts'
import type { SigningRequest } from '../../../domain/cluster/signing-request.ts'
import { describeRequest } from '../../../workflows/decide/describe-request.ts'
import { judgedAsApprover } from '../../../workflows/pending/judged-as-approver.ts'
import { describedJson } from '../../../output/json/described-request-json.ts'
import { describedList, describedText } from '../../../output/terminal/described-request-text.ts'
import { problemsText } from '../../../output/terminal/problem-text.ts'
import { tooLargeProblems } from '../../../lib/source/too-large-objects.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'
import type { Context } from '../../command-context.ts'
import type { Answer } from '../../command-entry.ts'
import type { Switches } from '../../flags/flag-values.ts'
import { decideAll } from './csr-decision-command.ts'
import type { DecideFlags } from './csr-decision-command.ts'
import { whileShown } from '../../slow-work.ts'
import { openCsrContext } from './csr-context.ts'
import type { CsrContext } from './csr-context.ts'

/** Each verb has some of them. */
export type CsrFlags = DecideFlags & Partial<Switches<'request' | 'watch'>>

export type CsrVerb = 'list' | 'describe' | 'get' | 'approve' | 'deny' | 'delete'

type Act = (
  context: Context,
  session: CsrContext,
  names: readonly string[],
  flags: CsrFlags,
) => Promise<Answer>

const ACTS: Readonly<Record<CsrVerb, Act>> = {
  list: (context, session) => list(context, session),
  describe: (context, session, names) => withNamed(context, session, names, describe),
  get: (context, session, names, flags) =>
    withNamed(context, session, names, (seen, shown) => get(seen, shown, flags)),
  approve: deciding('approve'),
  deny: deciding('deny'),
  delete: deciding('delete'),
}

export async function csr(
  context: Context,
  verb: CsrVerb,
  names: readonly string[],
  flags: CsrFlags,
): Promise<Answer> {
  const session = await openCsrContext(context)
  if (!session.ok) return session
  try {
    return await ACTS[verb](context, session.value, names, flags)
  } finally {
    await session.value.cluster.close()
  }
}

async function list(context: Context, session: CsrContext): Promise<Answer> {
  const { items: objects, tooLarge } = await whileShown(context, readingFrom(session), () =>
    session.cluster.signingRequests.list(null),
  )
  const now = await session.cluster.now()
  const seen = await described(objects, session, now)
  const { terminal, paint } = context
  const left = tooLargeProblems('CertificateSigningRequest', tooLarge)
  if (left.length > 0) terminal.talk(problemsText(left, paint, 'warning'))
  if (session.others !== '')
    terminal.talk(`shown is the cluster ${session.config.name}; for others add ${session.others}`)
  return { text: describedList(seen, now, paint), report: reportOf(seen) }
}

/** Every object that is named, read and looked at; nothing is done where one of them is missing. */
async function withNamed(
  context: Context,
  session: CsrContext,
  names: readonly string[],
  use: (context: Context, seen: readonly DescribedRequest[], now: Date) => Answer | Promise<Answer>,
): Promise<Answer> {
  const read = await whileShown(context, readingFrom(session), () => readNamed(session, names))
  if (!read.ok) return read
  return use(context, read.value, await session.cluster.now())
}

function readingFrom({ config }: CsrContext): string {
  return `reading from ${config.name}`
}

/** As `kubectl get --output name` prints it. */
const KIND = /^(?:csr|certificatesigningrequests?(?:\.certificates\.k8s\.io)?)\//

async function readNamed(
  session: CsrContext,
  names: readonly string[],
): Promise<Checked<readonly DescribedRequest[]>> {
  const { cluster } = session
  const objects = await Promise.all(
    [...new Set(names.map(name => name.replace(KIND, '')))].map(async name => ({
      name,
      object: await cluster.signingRequests.read(name),
    })),
  )
  const missing = objects
    .filter(({ object }) => object === null)
    .map(({ name }) => notFound(name, session))
  if (isNonEmpty(missing)) return { ok: false, problems: missing }
  const now = await cluster.now()
  const found = objects.flatMap(({ object }) => object ?? [])
  return { ok: true, value: await described(found, session, now) }
}

async function described(
  objects: readonly SigningRequest[],
  { cluster, config, rules, approver }: CsrContext,
  now: Date,
): Promise<readonly DescribedRequest[]> {
  const seen = objects.map(object => describeRequest(object, rules, config, now))
  return approver === null ? seen : judgedAsApprover(seen, cluster, approver, now)
}

function notFound(name: string, { config: cluster, others }: CsrContext): Problem {
  const message = `there is no CertificateSigningRequest ${visible(name)} in ${cluster.name}`
  return unplaced(
    'CLUSTER_NOT_FOUND',
    message,
    others === ''
      ? `run: countersign csr list${clusterFlag(cluster.name)}`
      : `another cluster may have it: add ${others}`,
  )
}

/** 1 where one of them cannot be read, or must not be used. */
function describe({ paint }: Context, seen: readonly DescribedRequest[], now: Date): Answer {
  return {
    text: seen.map(each => describedText(each, now, paint)).join('\n\n'),
    report: reportOf(seen),
    hasRefusals: seen.some(({ problems }) => problems.length > 0),
  }
}

/** PEM, and nothing else, on stdout. */
function get(
  { terminal, options }: Context,
  seen: readonly DescribedRequest[],
  { request = false }: CsrFlags,
): Answer {
  if (options.output !== 'text')
    throw usageFailure('csr get prints PEM, and has no other format', 'leave out --output')
  const missing = seen.filter(({ object }) => !request && object.certificate === null)
  if (missing.length > 0) {
    const problems = missing.map(({ object, state, cluster }): Problem => {
      const message = `${object.name} holds no certificate; it is ${state}`
      return unplaced(
        'CLUSTER_NOT_ISSUED',
        message,
        `run: countersign csr get ${shellWord(object.name)} --request${clusterFlag(cluster)}`,
      )
    })
    return { ok: false, problems }
  }
  const beware = seen.flatMap(({ problems }) => problems)
  if (!request && isNonEmpty(beware)) return { ok: false, problems: beware }
  const pems = seen.map(({ object }) => (request ? object.request : (object.certificate ?? '')))
  terminal.result(pems.map(onlyPem).join('\n'))
  return 0
}

/** The PEM blocks without the text around them, which could control a terminal. */
function onlyPem(text: string): string {
  const blocks = text.match(/-----BEGIN ([A-Z0-9 ]+)-----[A-Za-z0-9+/=\s]*-----END \1-----/g)
  return (blocks ?? []).join('\n')
}

function deciding(decision: 'approve' | 'deny' | 'delete'): Act {
  return (context, session, names, flags) =>
    withNamed(context, session, names, (_, seen, now) =>
      decideAll(decision, { context, session, now }, seen, flags),
    )
}

function reportOf(seen: readonly DescribedRequest[]): object {
  return { signingRequests: seen.map(describedJson) }
}
