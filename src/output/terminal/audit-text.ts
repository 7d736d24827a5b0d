// An audit for people and as CSV (RFC 4180): the certificates, what no approval covers, and who used what.
import { approvedElsewhere } from '../../domain/cluster/emergency.ts'
import type { AuditedCertificate, AuditReport } from '../../domain/cluster/audit-report.ts'
import type { EvidencedPerson } from '../../domain/proof/evidence.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { counted, minute, revokedBy } from './plural-words.ts'
import { problemsText } from './problem-text.ts'
import type { Paint } from './terminal-colours.ts'
import { table } from './text-table.ts'

const USE = ['STATE', 'USER', 'REQUEST', 'USES', 'FIRST', 'LAST', 'SHA-256']

/** kube-controller-manager deletes requests an hour after they were issued, and looks once an hour. */
const NO_LOG =
  '\nwithout --log, an unrecorded request is seen for an hour or two, until Kubernetes deletes it'

export function auditText(report: AuditReport, paint: Paint): string {
  const { certificates, histories, findings, log, credentials, problems } = report
  const alarms = credentials.flatMap(({ alarm }) => alarm ?? [])
  const uses = credentials.map(({ state, username, request, uses: count, sha256, ...use }) =>
    [state, username, request ?? '-', `${count}`, minute(use.first), minute(use.last), sha256].map(
      visible,
    ),
  )
  const begins = histories.map(it => `the record of ${it.request} begins ${minute(it.begins)}`)
  const { all = 0, noEvent = 0, firstNoEvent = 0 } = log.lines
  const { withCertificate = 0, without = 0 } = log.events
  const first = noEvent === 0 ? '' : ` (the first is line ${firstNoEvent})`
  const numbers = `\nlog: ${all} lines, ${noEvent} of them no event${first}; ${withCertificate} requests with a client certificate, ${without} without`
  const read = problems.length === 0 ? [] : ['not everything could be read']
  const lines = [
    [
      counted(certificates.length, 'certificate'),
      counted(findings.length, 'finding'),
      counted(alarms.length, 'alarm'),
      ...read,
    ].join(', '),
    ...tableOf(report),
    ...begins,
    ...(findings.length > 0 ? ['\nnot covered by a recorded approval:'] : []),
    problemsText(findings, paint),
    ...(all === 0 ? [NO_LOG] : [numbers, ...table([USE, ...uses])]),
    problemsText(alarms, paint),
  ]
  return lines.filter(line => line !== '').join('\n')
}

/** Without the end of the last line. No cell is a formula of a spreadsheet. */
export function auditCsv({ certificates }: Pick<AuditReport, 'certificates'>): string {
  const safe = (cell: string): string => cell.replace(/^[=+@-]/, "'$&").replaceAll('"', '""')
  const rows = certificates.map(each => COLUMNS.map(([, value]) => visible(value(each) ?? '')))
  const lines = [HEAD, ...rows].map(cells => `"${cells.map(safe).join('","')}"\r`)
  return lines.join('\n')
}

/** The columns that fit on a screen; CSV and JSON have the others. */
function tableOf({ certificates }: Pick<AuditReport, 'certificates'>): readonly string[] {
  if (certificates.length === 0) return []
  const shown = COLUMNS.filter(([, , isWide]) => isWide !== true)
  const rows = certificates.map(each => shown.map(([, value]) => visible(value(each) || '-')))
  return table([shown.map(([name]) => name), ...rows])
}

type Column = readonly [
  name: string,
  value: (certificate: AuditedCertificate) => string | null | undefined,
  isWide?: true,
]

const COLUMNS: readonly Column[] = [
  ['REQUEST', each => each.request],
  ['CLUSTER', each => each.cluster],
  ['NAMES', ({ subject, sans }) => [subject, ...sans].filter(text => text !== '').join(' ')],
  ['ROLES', ({ roles }) => roles.join(', ')],
  ['STATE', ({ state, endedBy, grant }) => `${state}${revokedBy(endedBy, grant)}`],
  ['FROM', ({ notBefore }) => notBefore?.toISOString(), true],
  ['UNTIL', ({ notAfter }) => notAfter.toISOString()],
  ['REQUESTED BY', ({ approval }) => logins(approval?.requestedBy)],
  ['APPROVED BY', ({ approval }) => approvers(approval)],
  ['RULE', ({ approval }) => approval?.rule, true],
  ['PULL REQUEST', ({ approval }) => approval?.pullRequest?.toString()],
  ['COMMIT', ({ approval }) => approval?.commit, true],
  ['GRANT', ({ grant }) => grant, true],
  ['SERIAL', ({ serial }) => serial],
  ['SHA-256', ({ sha256 }) => sha256, true],
]
const HEAD = COLUMNS.map(([name]) => name)

function approvers(approval: AuditedCertificate['approval']): string {
  return (approval && approvedElsewhere(approval)) ?? logins(approval?.approvedBy)
}

function logins(people: readonly EvidencedPerson[] = []): string {
  return people.map(({ login }) => login).join(' ')
}
