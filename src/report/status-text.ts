// Who has access until when: one line a certificate, soonest end first.
import type { Plan, Step } from '../domain/plan.ts'
import { table } from './table.ts'
import { relative, sinksWords, subjectWords, visible } from './words.ts'

export interface StatusRow {
  readonly name: string
  readonly cluster: string
  readonly who: string
  readonly until: Date
  /** Null where nothing will renew it. */
  readonly renewAt: Date | null
  readonly state: string
}

/** The stored certificates of a plan; `within` seconds keeps only what ends that soon (null: all). */
export function statusRows(plan: Plan, now: Date, within: number | null): readonly StatusRow[] {
  const rows = plan.steps.flatMap(row)
  const last = within === null ? null : new Date(now.getTime() + within * 1000)
  return rows
    .filter(({ until }) => last === null || until <= last)
    .toSorted((a, b) => a.until.getTime() - b.until.getTime())
}

export function statusText(rows: readonly StatusRow[], all: number, now: Date): string {
  if (rows.length === 0)
    return all === 0 ? 'nothing has been issued yet' : `none of ${all} ends that soon`
  const head = ['NAME', 'CLUSTER', 'WHO', 'UNTIL', 'RENEWS', 'STATE']
  const lines = rows.map(({ name, cluster, who, until, renewAt, state }) => [
    visible(name),
    visible(cluster),
    visible(who),
    relative(until, now),
    renewAt === null ? '-' : renewAt <= now ? 'due now' : relative(renewAt, now),
    state,
  ])
  const due = rows.filter(({ renewAt }) => renewAt !== null && renewAt <= now).length
  return [...table([head, ...lines]), `${due} due, ${rows.length - due} later, ${all} in all`].join(
    '\n',
  )
}

function row(step: Step): readonly StatusRow[] {
  if (!('until' in step) || step.until === null) return []
  const { until } = step
  if (step.kind === 'withdraw')
    return [
      {
        name: step.name,
        cluster: step.cluster,
        who: '-',
        until,
        renewAt: null,
        state: 'its file is gone',
      },
    ]
  const { request } = step
  const isKept = step.kind === 'keep'
  return [
    {
      name: request.name,
      cluster: request.cluster,
      who: subjectWords(request),
      until,
      renewAt: isKept ? step.renewAt : until,
      state: isKept ? `stored in ${sinksWords(request.sinks)}` : `to ${step.kind}`,
    },
  ]
}
