// Words for values: times relative to now, sinks, durations. Text from files is shown as data.
import { visible } from '../../lib/source/hidden-characters.ts'
import { withoutGrants } from '../../domain/cluster/grant-binding.ts'
import type { IssuingFacts, RenewStep, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { isLiveRole } from '../../domain/request/access.ts'
import { loginWords, secretOfSink, sinkTarget } from '../../domain/request/sink.ts'
import type { KubeconfigSecret, SecretSink, Sink } from '../../domain/request/sink.ts'
import { attributeShortName } from '../../lib/x509/oids.ts'

const MOST_BINDINGS = 3

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `1 file`, `2 files`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** `3d`, `2d 14h`, `45m`, `30s`: at most two units, the second only if it matters. */
export function span(seconds: number): string {
  const whole = Math.floor(Math.abs(seconds))
  if (whole < MINUTE) return `${whole}s`
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}m`
  if (whole < DAY) return two(whole, HOUR, 'h', MINUTE, 'm')
  return two(whole, DAY, 'd', HOUR, 'h')
}

/** `in 3d` or `2h ago`. */
export function relative(date: Date, now: Date): string {
  const seconds = (date.getTime() - now.getTime()) / 1000
  return seconds >= 0 ? `in ${span(seconds)}` : `${span(seconds)} ago`
}

/** `2026-12-01 23:44Z`. */
export function minute(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')}Z`
}

/** `Secret apps/jane-tls`, `kubeconfig in Secret apps/jane-kubeconfig`. */
export function sinkWords(sink: Sink): string {
  const target = sinkTarget(sink)
  const secret = secretOfSink(sink)
  const marked = secret === null ? target : `${target}${marks(secret)}`
  return sink.kind === 'kubeconfig' ? `${loginWords(sink.into)} in ${marked}` : marked
}

/** Settings that can give the Secret to others are shown with it. */
function marks(secret: SecretSink | KubeconfigSecret): string {
  const keys = [...Object.keys(secret.labels), ...Object.keys(secret.annotations)]
  const parts = [
    ...('adopt' in secret && secret.adopt ? ['takes over what is there'] : []),
    ...(keys.length > 0 ? [`marked ${keys.join(', ')}`] : []),
  ]
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`
}

export function sinksWords(sinks: readonly Sink[]): string {
  return sinks.map(sinkWords).join(', ')
}

/** `client`, `server`, `client+server`, or the usages themselves. */
export function purpose(request: EffectiveRequest): string {
  const kinds = request.usages.flatMap(usage =>
    usage === 'client auth' ? ['client'] : usage === 'server auth' ? ['server'] : [],
  )
  return kinds.length > 0 ? kinds.join('+') : request.usages.join(', ')
}

/** Subject in reading order: the name first, then groups, then the rest. */
export function subjectWords(request: Pick<EffectiveRequest, 'subject'>): string {
  const attributes = request.subject.flat()
  const rank = (oid: string): number => (oid === '2.5.4.3' ? 0 : oid === '2.5.4.10' ? 1 : 2)
  return attributes
    .toSorted((a, b) => rank(a.oid) - rank(b.oid) || a.value.localeCompare(b.value, 'en'))
    .map(({ oid, value }) => `${attributeShortName(oid)}=${value}`)
    .join(', ')
}

/** A list with commas, in as many lines as it needs. A value longer than a line has a line of its own. */
export function inLines(values: readonly string[], width: number): readonly string[] {
  const lines: string[] = []
  for (const [index, value] of values.entries()) {
    const word = index === values.length - 1 ? value : `${value},`
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

/** The rights of a certificate that still works, after `until …`; empty if they could not be read. */
export function bindingWords(bindings: readonly string[] | null): string {
  if (bindings === null) return ''
  if (bindings.length === 0) return '; no binding names it'
  const rest = bindings.length - MOST_BINDINGS
  const shown = bindings.slice(0, MOST_BINDINGS).map(visible).join(', ')
  return ` by ${shown}${rest > 0 ? ` and ${rest} more` : ''}`
}

/** `missing from or changed in Secret apps/jane-tls`. */
export function missingWords({ current }: RenewStep): string {
  return `missing from or changed in ${current.incomplete.join(', ')}`
}

/** How often this step has failed, empty if never. */
export function failureWords({ record, effective }: IssuingFacts, now: Date): string {
  const failures = record?.failures ?? null
  if (failures === null || failures.effective !== effective) return ''
  const times = failures.count === 1 ? 'once' : `${failures.count} times`
  const why = failures.last === undefined ? '' : ` (${visible(failures.last.code)})`
  return `failed ${times}, last ${relative(failures.lastAt, now)}${why}`
}

/** Whether a step waits: a removed file deletes nothing while the certificate works. `until` is null if no cluster was asked. */
export function waitsForExpiry({ because, until }: WithdrawStep, now: Date): boolean {
  return because === 'FileRemoved' && (until === null || until > now)
}

export const ONLY_WAITING = 'removed, without access'

/** ONLY_WAITING if it had access, and apply only waits until its certificate expires. */
export function removalWords(step: WithdrawStep, now: Date): string {
  const hadGrant = step.record?.history.some(({ grant }) => grant !== null) === true
  const isOver = hadGrant && step.bindings?.length === 0 && waitsForExpiry(step, now)
  return isOver ? ONLY_WAITING : 'its file is removed'
}

/** Until when the certificate works in any case, which rights it has until then, and when its sinks are deleted. */
export function withdrawalWords(step: WithdrawStep, now: Date): string {
  const { because, until, bindings, record } = step
  const grants = (record?.history ?? []).flatMap(({ grant }) => grant ?? [])
  // Those of grants end with the withdrawal.
  const others = bindings && withoutGrants(bindings, grants)
  const asked = because === 'Ended' ? 'it has ended' : 'asked for'
  const why = because === 'FileRemoved' ? 'its file is removed' : asked
  const places = record?.issued?.granted?.places ?? []
  const hasAccess = places.some(({ clusterRole }) => !isLiveRole(clusterRole))
  const keeps = hasAccess ? 'the access of its file ends; it logs in' : 'certificate keeps working'
  const works = until !== null && until <= now ? 'certificate worked' : keeps
  const end = until === null ? why : `${why}; ${works} until ${minute(until)}`
  const then = waitsForExpiry(step, now)
    ? `; the first apply after ${until === null ? 'its certificate expires' : 'that'} deletes the sinks`
    : ''
  const hasOwn = bindings !== null && others?.length !== bindings.length
  return `${end}${hasOwn && others?.length === 0 ? '' : bindingWords(others)}${then}`
}

/** Whether a Secret that could not be read may lack the certificate. */
export function isUnknown({ warnings }: IssuingFacts): boolean {
  return warnings.some(({ code }) => code === 'SINK_UNKNOWN')
}

/** Colon-separated start of a serial or digest, as people compare them. */
export function shortHex(hex: string): string {
  const pairs = hex.match(/../g) ?? []
  return `${pairs.slice(0, 3).join(':')}…`
}

function two(
  whole: number,
  big: number,
  bigUnit: string,
  small: number,
  smallUnit: string,
): string {
  const bigs = Math.floor(whole / big)
  const smalls = Math.floor((whole % big) / small)
  return smalls === 0 || bigs > 9 ? `${bigs}${bigUnit}` : `${bigs}${bigUnit} ${smalls}${smallUnit}`
}

/** Who revoked a certificate, empty for another end. Without a grant, only its expiry ends the login. */
export function revokedBy(user: string | undefined, grant: string | null): string {
  if (user === undefined) return ''
  return grant === null ? ` by ${user}; no grant, so it works until it expires` : ` by ${user}`
}
