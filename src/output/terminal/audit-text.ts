// An audit for people and as CSV (RFC 4180): the certificates, what no approval covers, and who used what.
import type { AuditReport } from '../../domain/cluster/audit-report.ts'
import { minute, visible } from './plural-words.ts'
import { problemsText } from './problem-text.ts'
import type { Paint } from './terminal-colours.ts'
import { table } from './text-table.ts'

const USE = ['STATE', 'USER', 'REQUEST', 'USES', 'FIRST', 'LAST', 'SHA-256']

export function auditText(report: AuditReport, paint: Paint): string {
  const { certificates, histories, findings, log, credentials } = report
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
  const lines = [
    `${certificates.length} certificates, ${findings.length} findings, ${alarms.length} alarms`,
    ...table(rowsOf(report)),
    ...begins,
    ...(findings.length > 0 ? ['\nnot covered by a recorded approval:'] : []),
    problemsText(findings, paint),
    ...(all === 0 ? [] : [numbers, ...table([USE, ...uses])]),
    problemsText(alarms, paint),
  ]
  return lines.filter(line => line !== '').join('\n')
}

/** Without the end of the last line. No cell is a formula of a spreadsheet. */
export function auditCsv(report: Pick<AuditReport, 'certificates'>): string {
  const safe = (cell: string): string => cell.replace(/^[=+@-]/, "'$&").replaceAll('"', '""')
  const lines = rowsOf(report).map(cells => `"${cells.map(safe).join('","')}"\r`)
  return lines.join('\n')
}

function rowsOf({ certificates }: Pick<AuditReport, 'certificates'>): readonly string[][] {
  const rows = certificates.map(({ approval, ...each }) => ({
    REQUEST: each.request,
    CLUSTER: each.cluster,
    NAMES: [each.subject, ...each.sans].join(' '),
    ROLES: each.roles.join(', '),
    STATE: each.endedBy === undefined ? each.state : `${each.state} by ${each.endedBy}`,
    FROM: each.notBefore?.toISOString(),
    UNTIL: each.notAfter.toISOString(),
    'REQUESTED BY': approval?.requestedBy.map(({ login }) => login).join(' '),
    'APPROVED BY':
      approval?.terminalUser ?? approval?.approvedBy.map(({ login }) => login).join(' '),
    RULE: approval?.rule,
    'PULL REQUEST': approval?.pullRequest,
    COMMIT: approval?.commit,
    GRANT: each.grant,
    SERIAL: each.serial,
    'SHA-256': each.sha256,
  }))
  const cells = rows.map(row => Object.values(row).map(value => visible(String(value ?? ''))))
  return [Object.keys(rows[0] ?? { REQUEST: '' }), ...cells]
}
