// Breaks of a withdrawal: what is deleted, what is kept, and what the record says then; and of orphans. Each is one line: the file below
// src, the text that is there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const WITHDRAW = [
  // Approved ends below what nobody approved.
  ['workflows/withdraw/open-requests.ts', 'if (is?.name === name) paths.add(path)', 'void path'],
  ['workflows/withdraw/approved-ends.ts', 'keys.filter(each => settledIn(past).has(each))', 'keys'],
  ['workflows/withdraw/approved-ends.ts', 'unread = [...unread, ...keys]', 'unread = [...unread]'],
  [
    'workflows/withdraw/approved-ends.ts',
    'if (history.newer.length > 0 && history.frame.isPast !== true) return reviewed',
    'return reviewed',
  ],
  [
    'workflows/withdraw/open-requests.ts',
    'new Set([...[...approved, ...expired].map(({ step }) => step), ...standing].map(keyOf))',
    'new Set(approved.map(({ step }) => step).map(keyOf))',
  ],
  ['core/plan/run-limits.ts', " && step.because !== 'Ended'", ''],
  // What is deleted.
  [
    'workflows/withdraw/withdraw.ts',
    "if (!isWithdrawalDue(step, await session.cluster.now())) return { kind: 'kept', step }",
    '',
  ],
  [
    'workflows/withdraw/withdraw.ts',
    "if (foreign !== null) return { kind: 'left', problem: foreign }\n  const removed",
    'const removed',
  ],
  [
    'workflows/withdraw/withdraw.ts',
    "if (foreign !== null) return { kind: 'left', problem: foreign }\n  await githubSecrets",
    'await githubSecrets',
  ],
  [
    'workflows/withdraw/withdraw.ts',
    "if ((await session.cluster.now()) >= claim.deadline)\n      return { kind: 'failed', problem: lost(step) }\n",
    '',
  ],
  ['core/sink/sink-ownership.ts', '    marks.owner === holder.owner &&\n', ''],
  ['core/sink/sink-ownership.ts', '    marks.request === holder.request &&\n', ''],
  ['core/sink/sink-ownership.ts', ' &&\n    marks.cluster === holder.cluster\n', ''],
  [
    'core/sink/delete-credential.ts',
    'written?.updatedAt.getTime() === updatedAt.getTime()',
    'written !== null',
  ],

  // Which sinks.
  [
    'workflows/withdraw/sinks-to-delete.ts',
    'if (at !== -1 && !isTriedSince) return',
    'if (at !== -1) return',
  ],
  [
    'workflows/withdraw/sinks-to-delete.ts',
    "return step.because === 'FileRemoved' ? unknown(step) : step",
    'return step',
  ],
  [
    'workflows/withdraw/sinks-to-delete.ts',
    'if (!parsed.ok || parsed.value.name !== name) return null',
    'if (!parsed.ok) return null',
  ],
  [
    'workflows/withdraw/sinks-to-delete.ts',
    'commit => commit !== null && history.line.includes(commit),',
    'commit => commit !== null,',
  ],
  [
    'workflows/withdraw/sinks-to-delete.ts',
    '[landing.commit, landing.before, applied]',
    '[landing.commit, landing.before]',
  ],
  [
    'workflows/withdraw/sinks-to-delete.ts',
    '[landing.commit, landing.before, applied]',
    '[landing.commit, applied]',
  ],
  [
    'workflows/withdraw/sinks-to-delete.ts',
    'return uniqueBy([...sinks, ...since.flatMap(each => each.sinks)], sinkTarget)',
    'return uniqueBy(since.flatMap(each => each.sinks), sinkTarget)',
  ],
  ['workflows/withdraw/sinks-to-delete.ts', '[path, current?.path ?? path]', '[path]'],
  [
    'workflows/withdraw/sinks-to-delete.ts',
    'states.slice(0, Math.max(at, 0) + 1)',
    'states.slice(0, 1)',
  ],

  // What the record says then.
  [
    'workflows/withdraw/withdraw.ts',
    "return removed === 'gone' ? { kind: 'emptied' } : {",
    "return removed !== undefined ? { kind: 'emptied' } : {",
  ],
  ['workflows/withdraw/withdraw.ts', 'if (isNonEmpty(problems)) {', 'if (false) {'],
  ['workflows/withdraw/withdraw.ts', 'warnings.push(...notEmptied(step, claimed))\n', ''],
  [
    'workflows/withdraw/withdraw.ts',
    "if (written.kind === 'conflict') return { kind: 'waiting', step, problem: lost(step) }",
    '',
  ],
  [
    'workflows/withdraw/withdraw.ts',
    'current === null ? withClaimExpired(record, await cluster.now()) : released(record)',
    'released(record)',
  ],
  ['core/plan/record-state.ts', 'emptied: record.n,', 'emptied: record.issued?.n ?? 0,'],

  // The claim.
  [
    'workflows/withdraw/withdraw.ts',
    'if (attempt === null || issued?.n !== current?.n) return',
    'if (attempt === null) return',
  ],
  [
    'workflows/withdraw/withdraw.ts',
    'const attempt = issued ?? unrecordedAttempt(record)',
    'const attempt = issued',
  ],
  ['workflows/issue/write-claim.ts', 'if (written.isOurs)', 'if (true)'],
  [
    'workflows/withdraw/withdraw.ts',
    'const left = await inspectAttempt(answer.left, session)\n    return { ...answer, record: withAbandoned(answer.record, left) }',
    'return answer',
  ],

  // Orphans.
  ['workflows/withdraw/deny-orphans.ts', '!mayDeny || !isUndecided', '!isUndecided'],
  [
    'workflows/withdraw/deny-orphans.ts',
    'new Date(now.getTime() - NO_CLAIM_LASTS_SECONDS * 1000)',
    'now',
  ],
  ['core/cluster/orphan-requests.ts', 'object.username !== known.username || ', ''],
  ['core/cluster/orphan-requests.ts', ' || object.createdAt >= known.before', ''],
  ['core/cluster/orphan-requests.ts', ' || !hasRecordIn(object, known.place)', ''],
  ['core/cluster/orphan-requests.ts', ' || unknown.has(attempt.request)', ''],
  ['core/cluster/orphan-requests.ts', ' || !isListed(object, record)', ''],
  ['core/cluster/orphan-requests.ts', 'history.some(each => each.sha256 === sha256)', 'false'],
  ['core/cluster/orphan-requests.ts', ', ...history].some(each', '].some(each'],
]
