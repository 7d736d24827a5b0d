// All details of a step that a person confirms at a terminal: each name, usage, sink and key holder in full. Long lists continue on
// the next line and are never cut.
import { withoutGrantIds } from '../../domain/cluster/grant.ts'
import { askedSeconds } from '../../domain/cluster/plan-step.ts'
import type { ActingStep, IssuingStep, Step, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { Predicted, PredictedCertificate } from '../../domain/cluster/prediction.ts'
import { roleInPlaceText, rolesInPlaces } from '../../domain/request/access.ts'
import { grantText } from '../../domain/request/request.ts'
import type { EffectiveRequest, RequestedKey } from '../../domain/request/request.ts'
import { secretOfSink } from '../../domain/request/sink.ts'
import type { Sink } from '../../domain/request/sink.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { formatName } from '../../lib/x509/x500-name.ts'
import { formatSan } from '../../lib/x509/general-names.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { groupText, rowGroups } from './row-groups.ts'
import type { NamedRow } from './row-groups.ts'
import { inLines, minute, sinkWords } from './plural-words.ts'

const WIDTH = 96
const INDENT = 4
const LABEL = 12
/** No value has it, since `visible` spells it out. */
const BETWEEN = '\u0001'

/** A label with its list of values. */
type Fact = readonly [label: string, values: readonly string[]]

/** Nothing without values. */
function fact(label: string, values: readonly string[] | null): readonly Fact[] {
  return values === null || values.length === 0 ? [] : [[label, values]]
}

function orNone(values: readonly string[]): readonly string[] {
  return values.length === 0 ? ['none'] : values
}

/** One block per step that changes something; one for all that are equal but for their name if there are many. */
export function wholeSteps(steps: readonly Step[], now: Date, above: string): readonly string[] {
  const rows = steps.flatMap(step =>
    step.kind === 'keep' || step.kind === 'blocked' ? [] : [details(step, now)],
  )
  return rowGroups(rows).map(({ rows: same, cells: [head = '', ...facts] }) =>
    groupText({ rows: same, cells: [head, ...facts.flatMap(factLines)] }, above),
  )
}

function details(step: ActingStep, now: Date): NamedRow {
  const { name, cluster, path } = step.kind === 'withdraw' ? step : step.request
  const facts = step.kind === 'withdraw' ? withdrawalFacts(step, now) : issueFacts(step)
  const head = `  ${visible(name)} on ${visible(cluster)}: ${step.kind}, by ${visible(path)}`
  const cells = facts.map(([label, values]) => [label, ...values.map(visible)].join(BETWEEN))
  return { name: visible(name), cells: [head, ...cells] }
}

/** `fact`: a label and its values. */
function factLines(fact: string): readonly string[] {
  const [label = '', ...values] = fact.split(BETWEEN)
  const lines = inLines(values, WIDTH - INDENT - LABEL)
  return lines.map((line, index) => {
    const word = index === 0 ? label : ''
    return `${' '.repeat(INDENT)}${word.padEnd(LABEL)}${line}`
  })
}

function issueFacts(step: IssuingStep): readonly Fact[] {
  const { request, prediction } = step
  const signed = prediction.kind === 'predicted' ? prediction : null
  return [
    ['subject', subjectOf(request)],
    ['names', orNone(request.sans.map(formatSan))],
    ['usages', request.usages],
    ['lifetime', [lifetime(step, signed)]],
    ...fact('ends', request.until && [`${minute(request.until)}, and is not renewed after that`]),
    ['signer', [request.signerName]],
    ...(prediction.kind === 'predicted'
      ? signedFacts(request, prediction)
      : notPredicted(prediction)),
    ...accessFacts(step),
    ['key', [keyWords(request.key)]],
    ...sinkFacts(request),
  ]
}

function subjectOf({ subject }: Pick<EffectiveRequest, 'subject'>): readonly string[] {
  return orNone(subject.map(rdn => formatName([rdn])))
}

function lifetime(step: IssuingStep, signed: Predicted | null): string {
  const seconds = askedSeconds(step)
  const asked = formatDuration(seconds)
  const whole = signed === null ? seconds : signed.lifetimeSeconds + signed.backdateSeconds
  return whole === seconds ? asked : `${asked} asked, ${formatDuration(whole)} signed`
}

/** Facts that the signer will change. */
function signedFacts(request: EffectiveRequest, signed: Predicted): readonly Fact[] {
  const differs = (asked: readonly string[], then: readonly string[]): boolean =>
    asked.join('\n') !== then.join('\n')
  const [subject, names] = [subjectOf(signed), signed.sans.map(formatSan)]
  const { dropped, logsInAs } = signed
  const login = logsInAs && [
    `user ${oneOf(logsInAs.username)}`,
    ...logsInAs.groups.map(group => `group ${oneOf(group)}`),
  ]
  const left = dropped.map(({ what, why }) => `${what} (${why})`)
  return [
    ...fact('signed as', differs(subjectOf(request), subject) ? subject : null),
    ...fact('with names', differs(request.sans.map(formatSan), names) ? orNone(names) : null),
    ...fact('left out', left),
    ...fact('logs in as', login),
  ]
}

/** A random grant can only be named once it is issued; the one in a PKCS#10 is among the names. */
function accessFacts(step: IssuingStep): readonly Fact[] {
  const { access, key } = step.request
  if (access.length === 0) return []
  const roles = rolesInPlaces(access).map(roleInPlaceText)
  const before = earlierAccess(step)
  return [
    ['may do', [...roles, `by ${grantText(key)}`]],
    ...fact('', before === null ? null : [before]),
  ]
}

/** A renewal is for the same holder; a reissue may be for another key or name. */
function earlierAccess(step: IssuingStep): string | null {
  if (step.kind === 'issue') return null
  if (step.kind === 'renew') return `so may the certificate before, until ${minute(step.until)}`
  return 'the certificate before may do what is left of it until the next run'
}

function notPredicted(prediction: PredictedCertificate): readonly Fact[] {
  const why = prediction.kind === 'predicted' ? '' : prediction.why
  return [['signed as', [`not predicted: ${why}; it may sign something else`]]]
}

/** A value that must not look like two values in a list. */
function oneOf(value: string): string {
  return value.replaceAll(/[\\,]/g, String.raw`\$&`)
}

function keyWords(key: RequestedKey): string {
  if (key.kind === 'own') {
    const { algorithm, size, sha256 } = key.pkcs10.publicKey
    return `${algorithm}${bits(size)}, held by the requester alone; public key SHA-256 ${sha256}`
  }
  const { algorithm, size, rotationPolicy } = key.spec
  const kept = rotationPolicy === 'Never' ? ', the same one at renewals' : ''
  return `${algorithm}${bits(size)}, made in the run${kept}`
}

function bits(size: number | null): string {
  return size === null ? '' : ` ${size}`
}

/** One line per sink: a user who can read a sink can use the key in it. */
function sinkFacts({ sinks, cluster, key }: EffectiveRequest): readonly Fact[] {
  const what = key.kind === 'own' ? 'certificate' : 'key'
  const facts = sinks.map(sink => `${sinkWords(sink)}: ${readers(sink, cluster, what)}`)
  return facts.map((fact, index) => [
    index === 0 ? 'stored in' : '',
    [fact, ...marksOf(sinks[index])],
  ])
}

function readers(sink: Sink, cluster: string, what: string): string {
  switch (sink.kind) {
    case 'secret':
      return `everyone who may read Secrets in ${sink.namespace} of ${cluster} can use the ${what}`
    case 'kubeconfig':
      return sink.into.kind === 'secret'
        ? `everyone who may read Secrets in ${sink.into.namespace} of ${cluster} can use the ${what}`
        : readers(sink.into, cluster, what)
    case 'githubSecret':
      return `every workflow that may use its environment ${sink.environment} can use the ${what}`
    case 'artifact':
      return sink.recipients.length === 0
        ? 'everyone who may read the repository can read it'
        : `encrypted for ${sink.recipients.join(' and ')} only`
    case 'file':
      return `everyone who may read it on this machine can use the ${what}`
  }
}

/** Labels and annotations can make a controller copy the Secret elsewhere, so their values are shown. */
function marksOf(sink: Sink | undefined): readonly string[] {
  const secret = sink === undefined ? null : secretOfSink(sink)
  if (secret === null) return []
  const pairs = [...Object.entries(secret.labels), ...Object.entries(secret.annotations)]
  const store = 'keystores' in secret ? secret.keystores.pkcs12 : null
  const reference = store?.passwordSecretRef ?? null
  const password =
    reference === null ? '' : `, password in Secret ${reference.name} (${reference.key})`
  return [
    ...pairs.map(([key, value]) => `${key}=${oneOf(value)}`),
    ...(store === null ? [] : [`with a PKCS#12 keystore (${store.profile}${password})`]),
  ]
}

function withdrawalFacts({ sinks, until, bindings }: WithdrawStep, now: Date): readonly Fact[] {
  // Files and artifacts are left to people: leftBehind in core/sink/delete-credential.ts.
  const isLeft = ({ kind }: Sink): boolean => kind === 'file' || kind === 'artifact'
  const [left, deleted] = [sinks.filter(isLeft), sinks.filter(each => !isLeft(each))]
  return [
    ['deletes', deleted.length === 0 ? ['nothing'] : deleted.map(sinkWords)],
    ...fact('leaves', left.length === 0 ? null : left.map(sinkWords)),
    ...fact(until && until <= now ? 'ended at' : 'works until', until && [minute(until)]),
    ...fact('bound by', bindings && bindings.map(withoutGrantIds)),
  ]
}
