// Details of one request: what it asks for and what will be signed, who can use it, which policy allows it, and how long the
// approval lasts.
import { askedSeconds } from '../../domain/cluster/plan-step.ts'
import type { IssuingFacts, KeepStep, IssuingStep } from '../../domain/cluster/plan-step.ts'
import type { Dropped, Predicted, PredictedCertificate } from '../../domain/cluster/prediction.ts'
import { roleInPlaceText, rolesInPlaces } from '../../domain/request/access.ts'
import { grantText } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { formatDuration, dayOf } from '../../lib/source/duration.ts'
import { formatName } from '../../lib/x509/x500-name.ts'
import { formatSan } from '../../lib/x509/general-names.ts'
import { keyMarkdown, sinksMarkdown } from './key-holders.ts'
import {
  code,
  codeElement,
  fenced,
  firstOf,
  folded,
  joinMarkdown,
  mark,
  MESSAGE_LENGTH,
  NOTHING,
  prose,
  tableHead,
  tableRow,
  codes,
} from './safe-markdown.ts'
import type { Markdown } from './safe-markdown.ts'
import { isCut, displayed } from '../terminal/displayable-text.ts'
import { minute } from '../terminal/plural-words.ts'
import { NAME, rowGroups } from '../terminal/row-groups.ts'
import { needOf } from './step-states.ts'
import type { CommentFacts } from './step-states.ts'
import { problemMarkdown } from './problem-markdown.ts'

/** Names are shown in full, within the size that a reasonable certificate has. */
const MOST_CHARACTERS = 2000
const MOST_WARNINGS = 10

/**
 * One block for each request; in a large plan one for those that are equal but for their name and digests, with all of these. `isCut`
 * if a part is too long to be shown. Then the request cannot be approved as shown.
 */
export function planDetails(
  steps: readonly (IssuingStep | KeepStep)[],
  facts: CommentFacts,
): readonly Markdown[] {
  const rows = steps.map(step => {
    const content = contentOf(step, facts, mark`its blob and its effective request above`)
    const cells = [codeElement(step.request.cluster).markdown, content.markdown]
    return { name: step.request.name, step, cells, isCut: content.isCut === true }
  })
  return rowGroups(rows).map(({ rows: same, cells }) => {
    const [cluster = NOTHING, content = NOTHING] = cells.map(markdown => ({ markdown }))
    if (same.length === 1) {
      const [first] = same
      const title = mark`${codeElement(first.name)}: what ${cluster} will sign`
      return folded(title, contentOf(first.step, facts, coveredBy(first.step)))
    }
    const each = same.map(({ name, step }) => mark`${name} (${coveredBy(step)})`)
    const names = mark`${NAME} is each of:\n\n${joinMarkdown(each, ', ')}`
    const title = mark`${same.length} requests: what ${cluster} will sign`
    const isCut = same.some(row => row.isCut)
    return folded(title, { markdown: joinMarkdown([names, content], '\n\n').markdown, isCut })
  })
}

/** The first digits of the content and the effective request that an approval covers. */
function coveredBy({ request: { blob }, effective }: IssuingFacts): Markdown {
  return mark`blob ${blob.slice(0, 12)}, effective request ${`sha256:${effective.slice(0, 12)}`}`
}

function contentOf(step: IssuingStep | KeepStep, facts: CommentFacts, covers: Markdown): Markdown {
  const { request, prediction } = step
  const signed = prediction.kind === 'predicted' ? prediction : null
  const rows = [
    ...(signed === null ? [notPredicted(prediction)] : []),
    [mark`subject`, full(formatName(request.subject)), signedSubject(request, signed)],
    ...namesRow(request, signed),
    [mark`usages`, full(request.usages.join(', ')), signedUsages(request, signed)],
    [mark`valid`, duration(askedSeconds(step)), signedLifetime(step, signed)],
    ...loginRow(signed),
  ]
  const table = [tableHead(['', 'asked', 'signed']), ...rows.map(tableRow)]
  const { until } = request
  const facets = [
    ...(until === null
      ? []
      : [
          mark`- **ends at ${{ markdown: minute(until) }}**: no new certificate of it is valid after that, and the next run ends the access of earlier ones`,
        ]),
    ...accessFacet(request),
    mark`- key: ${keyMarkdown(request.key)}`,
    mark`- goes to ${sinksMarkdown(request, facts)}`,
    mark`- signer: ${request.signerName}`,
    mark`- allowed by ${allowedBy(step, facts)}`,
    mark`- an approval covers ${covers}${reliedUntil(step, facts)}`,
  ]
  return joinMarkdown(
    [
      joinMarkdown(table, '\n'),
      joinMarkdown(facets, '\n'),
      ...changesOf(step),
      ...warningsOf(step),
    ],
    '\n\n',
  )
}

function notPredicted(prediction: PredictedCertificate): readonly Markdown[] {
  const why = prediction.kind === 'predicted' ? NOTHING : prose(prediction.why)
  return [mark`**not predicted**`, mark`${why}; it may sign something else`, mark``]
}

function full(text: string): Markdown {
  return text === '' ? mark`none` : code(text, MOST_CHARACTERS)
}

/** If the signer cannot be predicted, the column is empty, since "the same" would claim too much. */
function beside(asked: string, signed: string | null): Markdown {
  if (signed === null) return mark``
  return asked === signed ? mark`the same` : full(signed)
}

function signedSubject({ subject }: EffectiveRequest, signed: Predicted | null): Markdown {
  const asked = formatName(subject)
  if (signed === null) return mark``
  const told = beside(asked, formatName(signed.subject))
  return signed.dropped.length === 0 ? told : mark`${told}; left out: ${dropped(signed.dropped)}`
}

function dropped(list: readonly Dropped[]): Markdown {
  return joinMarkdown(
    list.map(({ what, why }) => mark`${what} (${prose(why)})`),
    ', ',
  )
}

function namesRow(
  { sans }: EffectiveRequest,
  signed: Predicted | null,
): readonly (readonly Markdown[])[] {
  if (sans.length === 0 && (signed?.sans.length ?? 0) === 0) return []
  const asked = sans.map(formatSan).join(', ')
  const then = signed === null ? null : signed.sans.map(formatSan).join(', ')
  return [[mark`names`, full(asked), beside(asked, then)]]
}

function signedUsages({ usages }: EffectiveRequest, signed: Predicted | null): Markdown {
  return beside(usages.join(', '), signed?.usages.join(', ') ?? null)
}

function signedLifetime(step: IssuingFacts, signed: Predicted | null): Markdown {
  if (signed === null) return mark``
  const { lifetimeSeconds, backdateSeconds } = signed
  const whole = lifetimeSeconds + backdateSeconds
  const shorter = whole < askedSeconds(step) ? mark`only ` : NOTHING
  return backdateSeconds === 0
    ? mark`${shorter}${duration(whole)}`
    : mark`${shorter}${duration(whole)}, from ${duration(backdateSeconds)} before the issue`
}

function loginRow(signed: Predicted | null): readonly (readonly Markdown[])[] {
  const login = signed?.logsInAs ?? null
  if (login === null) return []
  return [
    [
      mark`logs in as`,
      mark``,
      mark`user ${full(login.username)}, groups ${full(login.groups.join(', '))}`,
    ],
  ]
}

function accessFacet({ access, key }: EffectiveRequest): readonly Markdown[] {
  if (access.length === 0) return []
  const roles = joinMarkdown(codes(rolesInPlaces(access).map(roleInPlaceText)), ', ')
  return [mark`- may do ${roles}, by ${prose(grantText(key))}`]
}

function allowedBy({ request }: IssuingFacts, { verdicts }: CommentFacts): Markdown {
  const verdict = verdicts.get(request)
  if (verdict === undefined) return mark`nobody: no policy judged it`
  if (verdict.decision !== 'allowed') return mark`nobody`
  return joinMarkdown(
    verdict.policies.map(({ name, path }) => mark`${name} (${path})`),
    ', ',
  )
}

/** Until when renewals rely on an approval. */
function reliedUntil(step: IssuingStep | KeepStep, facts: CommentFacts): Markdown {
  const { maxAgeSeconds, now } = facts
  if (maxAgeSeconds === null)
    return mark`; renewals rely on it until the file or its effective request changes`
  const given = needOf(step, facts)?.counted.map(({ at }) => at.getTime()) ?? []
  const first = Math.min(now.getTime(), ...given)
  const until = { markdown: dayOf(new Date(first + maxAgeSeconds * 1000)) }
  return mark`;${given.length === 0 ? mark` given today,` : NOTHING} renewals rely on it until ${until}`
}

function changesOf(step: IssuingStep | KeepStep): readonly Markdown[] {
  if (step.kind !== 'reissue' || step.changes.length === 0) return []
  const lines = step.changes.flatMap(({ member, from, to }) => [
    ...(from === '' ? [] : [`- ${member}: ${from}`]),
    ...(to === '' ? [] : [`+ ${member}: ${to}`]),
  ])
  const isCutLine = lines.some(line => isCut(line, MESSAGE_LENGTH))
  return [{ ...fenced(lines.map(oneLine).join('\n'), 'diff'), isCut: isCutLine }]
}

/** A value with a line end could begin a line of its own. */
function oneLine(line: string): string {
  return displayed(line, MESSAGE_LENGTH)
}

function warningsOf({ warnings }: IssuingFacts): readonly Markdown[] {
  if (warnings.length === 0) return []
  const shown = firstOf(warnings.map(problemMarkdown), MOST_WARNINGS).map(each => mark`- ${each}`)
  return [mark`Remarks:\n\n${joinMarkdown(shown, '\n')}`]
}

function duration(seconds: number): Markdown {
  return { markdown: formatDuration(seconds) }
}
