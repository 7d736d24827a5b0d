// CertificateSigningRequests for people: the list, and one request next to the certificate that its signer will issue. All their
// content is foreign text, and shown as data.
import { clusterFlag, shellWord } from '../../lib/source/shell-word.ts'
import type { DistinguishedName } from '../../domain/request/x500.ts'
import type { Verdict } from '../../domain/request/policy.ts'
import type { Predicted, PredictedCertificate } from '../../domain/cluster/prediction.ts'
import type { AskedRequest, DescribedRequest } from '../../domain/cluster/described-request.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { formatName } from '../../lib/x509/x500-name.ts'
import { formatSan } from '../../lib/x509/general-names.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { Paint } from './terminal-colours.ts'
import { problemsText } from './problem-text.ts'
import type { Severity } from './problem-text.ts'
import { table } from './text-table.ts'
import { inLines, minute, relative, span } from './plural-words.ts'

/** Width at which a list continues on the next line. */
const COLUMN = 60

const LONGEST_CELL = 100

export function describedList(seen: readonly DescribedRequest[], now: Date, paint: Paint): string {
  if (seen.length === 0) return 'no CertificateSigningRequests'
  const rows = seen.map(({ object, state, asked }) => [
    visible(object.name),
    age(object.createdAt, now),
    cell(object.username),
    cell(object.signerName),
    stateWord(state, paint),
    asked === null ? paint.bad('cannot be read') : cell(subjectOf(asked)),
  ])
  const head = ['NAME', 'AGE', 'REQUESTER', 'SIGNER', 'STATE', 'SUBJECT']
  return table([head, ...rows]).join('\n')
}

/** One request, with requested and signed values side by side. Values that will be dropped are shown in full. */
export function describedText(seen: DescribedRequest, now: Date, paint: Paint): string {
  const { object, state, asked, problems, remarks } = seen
  const head = [
    paint.strong(visible(object.name)),
    `${stateWord(state, paint)} for ${age(object.createdAt, now)}`,
    `requested by ${visible(object.username)}`,
    `for ${visible(object.signerName)}`,
  ]
  return [
    head.join(' · '),
    ...(asked === null ? [] : table(rowsOf(asked, state, paint), 3)),
    ...(asked === null ? [] : dropLines(asked, paint)),
    ...failureLine(asked, paint),
    ...section('refused by the signer or a built-in rule', asked?.refusals ?? [], paint),
    ...section('policy', policyProblems(asked), paint),
    ...section('stored with the request, but not signed', remarks, paint, 'warning'),
    ...section(asked === null ? 'the request cannot be read' : 'do not use it', problems, paint),
    ...conditionLines(seen),
    ...issuedLines(seen, now),
  ].join('\n')
}

function rowsOf(asked: AskedRequest, state: string, paint: Paint): readonly (readonly string[])[] {
  const { pkcs10, request, prediction, verdict } = asked
  const signed = prediction.kind === 'predicted' ? prediction : null
  const { algorithm, size, sha256 } = pkcs10.publicKey
  const key = [`${algorithm}${size === null ? '' : ` ${size}`}`, `sha256:${sha256}`]
  const isHypothetical = asked.failure !== null || /Denied|Failed/.test(state)
  const title = isHypothetical ? 'WOULD BE SIGNED AS' : 'WILL BE SIGNED AS'
  return [
    ['', 'REQUEST', signed === null ? 'NOT PREDICTED' : title],
    ...rows('subject', partsOf(request.subject), signed && partsOf(signed.subject)),
    ...(request.sans.length === 0
      ? []
      : rows('names', request.sans.map(formatSan), signed && signed.sans.map(formatSan))),
    ...rows('key', key, signed && key),
    ...rows('usages', request.usages, signed?.usages ?? null),
    ['lifetime', lifetimeAsked(asked), signed === null ? '' : lifetimeSigned(signed)],
    ...(signed === null ? [['', '', visible(whyNot(prediction))]] : loginRow(signed)),
    ['signature', paint.good('valid'), policyWord(verdict, paint)],
  ]
}

/** As many lines as the values need. No value is cut. */
function rows(
  what: string,
  asked: readonly string[],
  signed: readonly string[] | null,
): readonly (readonly string[])[] {
  const isSame = signed !== null && asked.join('\n') === signed.join('\n')
  const left = linesOf(asked)
  const right = signed === null ? [''] : isSame ? ['the same'] : linesOf(signed)
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => [
    index === 0 ? what : '',
    left[index] ?? '',
    right[index] ?? '',
  ])
}

function linesOf(values: readonly string[]): readonly string[] {
  return values.length === 0 ? ['none'] : inLines(values.map(visible), COLUMN)
}

function partsOf(name: DistinguishedName): readonly string[] {
  return name.map(rdn => formatName([rdn]))
}

function lifetimeAsked({ request, saysDuration }: AskedRequest): string {
  return saysDuration ? formatDuration(request.durationSeconds) : 'left to the signer'
}

function lifetimeSigned({ lifetimeSeconds, backdateSeconds }: Predicted): string {
  const whole = formatDuration(lifetimeSeconds + backdateSeconds)
  return backdateSeconds === 0
    ? whole
    : `${whole}, starting ${formatDuration(backdateSeconds)} before the issue`
}

function loginRow({ logsInAs, usages }: Predicted): readonly (readonly string[])[] {
  if (logsInAs === null)
    return usages.includes('client auth') ? [['logs in as', '', 'nobody: it has no name']] : []
  const groups = [...logsInAs.groups, 'system:authenticated']
  const [first = '', ...others] = groups.map(visible)
  const words = [`user ${visible(logsInAs.username)}`, `groups ${first}`, ...others]
  return inLines(words, COLUMN).map((line, index) => [index === 0 ? 'logs in as' : '', '', line])
}

function whyNot(prediction: PredictedCertificate): string {
  return prediction.kind === 'predicted' ? '' : `${prediction.why}; it may sign something else`
}

function policyWord(verdict: Verdict | null, paint: Paint): string {
  if (verdict === null) return 'policy: none applied'
  if (verdict.decision === 'allowed')
    return `policy: names ${paint.good('allowed')} by ${verdict.policies.map(({ name }) => visible(name)).join(', ')}`
  return verdict.decision === 'denied'
    ? `policy: ${paint.bad('denied')}`
    : `policy: ${paint.warn('could not be decided')}`
}

function policyProblems(asked: AskedRequest | null) {
  const verdict = asked?.verdict ?? null
  return verdict === null || verdict.decision === 'allowed' ? [] : verdict.problems
}

function dropLines({ prediction }: AskedRequest, paint: Paint): readonly string[] {
  if (prediction.kind !== 'predicted' || prediction.dropped.length === 0) return []
  return [
    paint.warn('will be dropped'),
    ...prediction.dropped.map(({ what, why }) => `  ${visible(what)}: ${visible(why)}`),
  ]
}

function failureLine(asked: AskedRequest | null, paint: Paint): readonly string[] {
  const failure = asked?.failure ?? null
  return failure === null
    ? []
    : [`${paint.bad('once approved it would fail')}: ${visible(failure)}`]
}

function section(
  title: string,
  problems: Parameters<typeof problemsText>[0],
  paint: Paint,
  severity: Severity = 'error',
): readonly string[] {
  const colour = severity === 'error' ? paint.bad : paint.warn
  return problems.length === 0 ? [] : [colour(title), problemsText(problems, paint, severity)]
}

function conditionLines({ object }: DescribedRequest): readonly string[] {
  return object.conditions.map(({ type, reason, message }) =>
    visible(`${type}${reason === '' ? '' : ` (${reason})`}${message === '' ? '' : `: ${message}`}`),
  )
}

function issuedLines({ issued, object, cluster }: DescribedRequest, now: Date): readonly string[] {
  if (issued === null) return []
  const { serial, sha256, notAfter } = issued
  const get = `countersign csr get ${shellWord(object.name)}${clusterFlag(cluster)}`
  return [
    `certificate  serial ${serial}, sha256:${sha256}`,
    `             until ${minute(notAfter)} (${relative(notAfter, now)}); ${visible(get)}`,
  ]
}

function subjectOf({ request }: AskedRequest): string {
  const name = formatName(request.subject)
  return visible(name === '' ? request.sans.map(formatSan).join(', ') : name)
}

/** Foreign text in a list, short and without wide gaps: a long value would hide other rows, and its wrapped lines look like rows. */
function cell(text: string): string {
  const one = visible(text).replaceAll(/\s{2,}/g, ' ')
  return one.length > LONGEST_CELL ? `${one.slice(0, LONGEST_CELL)}…` : one
}

function age(from: Date, now: Date): string {
  return span((now.getTime() - from.getTime()) / 1000)
}

function stateWord(state: string, paint: Paint): string {
  if (/Denied|Failed/.test(state)) return paint.bad(state)
  return state === 'Pending' ? paint.warn(state) : paint.good(state)
}
