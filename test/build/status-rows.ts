// Rows of the status for tests of what shows them.
import type { StatusRow } from '../../src/output/terminal/status-rows.ts'
import type { EarlierRow, StatusFrame } from '../../src/output/terminal/status-text.ts'
import { NOW, secondsAfter } from './issued.ts'

const DAY = 24 * 3600
export const inDays = (days: number): Date => secondsAfter(NOW, days * DAY)

/** A certificate that renews by itself. */
export function statusRow(changes: Partial<StatusRow> = {}): StatusRow {
  return {
    name: 'jane',
    cluster: 'prod',
    path: 'requests/people/jane.yaml',
    who: 'CN=jane, O=developers',
    until: inDays(5),
    renewAt: inDays(3),
    state: 'stored in Secret apps/jane-tls',
    issuedAt: inDays(-2),
    next: 'renews by itself',
    needsAttention: false,
    abandoned: [],
    validFrom: inDays(-2),
    serial: '80cd'.repeat(8),
    sha256: 'ab12'.repeat(16),
    approvedBy: ['reviewer'],
    isEmergency: false,
    pullRequest: 7,
    rule: 'people',
    repository: 'acme/certs',
    commit: 'c0ffee'.padEnd(40, '0'),
    sinks: ['Secret apps/jane-tls'],
    roles: ['view in apps'],
    ...changes,
  }
}

/** A row in which every text is this one. */
export function rowOfText(text: string): StatusRow {
  return statusRow({
    name: text,
    cluster: text,
    path: text,
    who: text,
    state: text,
    next: text,
    approvedBy: [text],
    rule: text,
    repository: text,
    commit: text,
    serial: text,
    sha256: text,
    sinks: [text],
    roles: [text],
  })
}

/** A certificate that was renewed and still works. */
export function earlierRow(changes: Partial<EarlierRow> = {}): EarlierRow {
  return {
    name: 'jane',
    cluster: 'prod',
    grant: null,
    n: 1,
    objectName: 'cs-jane-1',
    serial: `0${'ab'.repeat(19)}`,
    sha256: 'cd'.repeat(32),
    notBefore: NOW,
    notAfter: inDays(2),
    targets: ['Secret apps/jane-tls', 'file a'],
    proof: '0',
    subject: 'CN=jane',
    sans: [],
    approval: null,
    ended: 'renewed',
    endedAt: null,
    ...changes,
  }
}

export const FRAME: StatusFrame = {
  owner: 'acme',
  lastApply: inDays(-2),
  earlier: [],
  unreachable: 0,
}

const GROUPS = ['developers', 'releasers', 'operators', 'auditors']

/** Certificates of every state, for a page of any length. */
export function manyRows(count: number): readonly StatusRow[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `user-${index}`
    const length = [1, 7, 30, 90, 365][index % 5] ?? 1
    const used = ((index * 37) % 60) / 100
    const base = {
      name,
      cluster: ['prod', 'staging'][index % 2] ?? '',
      path: `requests/people/${name}.yaml`,
      who: `CN=${name}, O=${GROUPS[index % 4]}`,
      validFrom: inDays(-length * used),
      renewAt: inDays(length * (0.66 - used)),
      until: inDays(length * (1 - used)),
      serial: index.toString(16).padStart(32, '0'),
      state: `stored in Secret apps/${name}-tls`,
      sinks: [`Secret apps/${name}-tls`],
      pullRequest: index + 1,
    }
    if (index % 97 === 3)
      return statusRow({
        ...base,
        state: 'blocked',
        renewAt: null,
        needsAttention: true,
        next: 'POLICY_KEY_AGE: make a new key: countersign new --rekey',
      })
    if (index % 41 === 5)
      return statusRow({ ...base, renewAt: NOW, state: 'to renew', next: 'made by the next apply' })
    if (index % 89 === 7)
      return statusRow({
        ...base,
        renewAt: null,
        state: 'its file is removed',
        next: 'deleted by the first apply after it expires',
      })
    return statusRow(base)
  }).toSorted((a, b) => Number(a.until ?? 0) - Number(b.until ?? 0))
}
