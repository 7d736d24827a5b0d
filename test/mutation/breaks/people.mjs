// Breaks of who had a hand in a file, who may approve it, and what they said. Each is one line: the file below src, the text that
// stands there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const PEOPLE = [
  // Who had a hand in it.
  [
    'core/approval/contributors/pull-contributors.ts',
    "{ account: pull.author, did: `opened pull request #${pull.number}`, role: 'opened' },",
    '',
  ],
  ['core/approval/contributors/pull-contributors.ts', '    ...commits,\n', ''],
  ['core/approval/contributors/pull-contributors.ts', '    ...(pushed ?? []),\n', ''],
  [
    'core/approval/contributors/pull-contributors.ts',
    "return account.type !== 'User' && !excused.has(account.id)",
    'return false',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    "return role === 'coAuthor' ? !byPeople : !byBot",
    'return false',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'pushed === null || pushed.some(({ account }) => account === null)',
    'pushed === null',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    '!knowsPushers(fileOrigin.earlier, pull.number)',
    'true',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'blob === proved?.blob || bases(commit).every',
    'blob === proved?.blob || bases(commit).some',
  ],
  ['core/approval/contributors/proposed-changes.ts', 'blob === proved?.blob || ', ''],
  [
    'core/approval/reviews/classify-reviews.ts',
    "purpose !== 'change' && earlierApproval(weighing) !== null",
    "purpose !== 'change'",
  ],
  [
    'core/approval/reviews/classify-reviews.ts',
    "!isUsed && purpose !== 'configuration'",
    '!isUsed',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    'upToProved.includes(fileOrigin) ? null : proved',
    'proved',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'bases(commit).every(base => base === blob) ? null : { blob }',
    'false ? null : { blob }',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    '!parents.some(parent => isSame',
    'parents.length < 2 && !parents.some(parent => isSame',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'if (isGitHub && isSignedByGitHub) return wrote',
    'if (isSignedByGitHub) return wrote',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'if (isGitHub && isSignedByGitHub) return wrote',
    'if (isGitHub) return wrote',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'const account = isGitHub ? null : committer',
    'const account = committer',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'before === null || !isSame(now, proposed(before))',
    'true',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'before === null || !isSame(now, proposed(before))',
    'before === null',
  ],
  ['core/approval/contributors/pull-contributors.ts', 'before !== pushes[at - 1]?.after', 'false'],
  [
    'core/approval/contributors/pull-contributors.ts',
    'first.before === null || proposed(first.before) === null',
    'true',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'if (earlier?.pullRequest.number !== pull) return []',
    '',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'earlier.pullRequest.number === pull && !earlier.hasUnknownPusher',
    'earlier.pullRequest.number === pull',
  ],

  // Who may approve.
  [
    'core/approval/reviews/eligible-reviewers.ts',
    "return general.kind === 'yes' ? ",
    "return general.kind !== 'no' ? ",
  ],
  [
    'core/approval/reviews/eligible-reviewers.ts',
    'rule.users.some(user => user.id === id)',
    'rule.users.length > 0',
  ],
  [
    'core/approval/reviews/eligible-reviewers.ts',
    "if (type !== 'User') return 'is not a person'",
    '',
  ],
  [
    'core/approval/reviews/eligible-reviewers.ts',
    'approval.never.some(each => each.id === id)',
    'false',
  ],
  [
    'core/approval/reviews/eligible-reviewers.ts',
    "permission !== 'write' && permission !== 'admin'",
    "permission === 'none'",
  ],
  [
    'core/approval/reviews/eligible-reviewers.ts',
    'teams.length === 0 && !codeOwners',
    'teams.length === 0',
  ],
  [
    'core/approval/reviews/eligible-reviewers.ts',
    'if (unread !== undefined) return',
    'if (false) return',
  ],
  [
    'core/approval/reviews/eligible-reviewers.ts',
    'if (unnamed !== undefined) return',
    'if (false) return',
  ],
  [
    'core/approval/reviews/eligible-reviewers.ts',
    'fold(`${organization}/${slug}`)',
    'slugs.find(each => each.endsWith(`/${slug}`))',
  ],
  ['core/approval/reviews/eligible-reviewers.ts', 'return isOut || isNamed', 'return isNamed'],

  // What was said, and of what.
  [
    'core/approval/reviews/classify-reviews.ts',
    'if (!isLate) asking.push(reviewer)',
    'asking.push(reviewer)',
  ],
  [
    'core/approval/reviews/last-reviews.ts',
    "state === 'CHANGES_REQUESTED' || (state === 'DISMISSED' && isTakenBack)",
    "state === 'CHANGES_REQUESTED'",
  ],
  [
    'core/approval/reviews/last-reviews.ts',
    "was === 'CHANGES_REQUESTED' && merged !== null && at > merged.at",
    "was === 'CHANGES_REQUESTED'",
  ],
  [
    'core/approval/reviews/last-reviews.ts',
    "state !== 'COMMENTED' && state !== 'PENDING'",
    "state !== 'PENDING'",
  ],
  [
    'core/approval/reviews/last-reviews.ts',
    'a.at.getTime() - b.at.getTime() || a.id - b.id',
    'b.id - a.id',
  ],
  [
    'core/approval/reviews/last-reviews.ts',
    'at > merged.at : at >= merged.at',
    'at >= merged.at : at >= merged.at',
  ],
  [
    'core/approval/reviews/last-reviews.ts',
    'at > merged.at : at >= merged.at',
    'at > merged.at : at > merged.at',
  ],
  [
    'core/approval/reviews/last-reviews.ts',
    'const isLate = merged !== null && (isRequest',
    'const isLate = merged !== null && false && (isRequest',
  ],
  [
    'core/approval/reviews/last-reviews.ts',
    'if (isLate && earlier !== undefined && !earlier.isLate) continue',
    '',
  ],
  [
    'core/approval/reviews/classify-reviews.ts',
    "if (review.state === 'DISMISSED' && !outlivesDismissal(weighing))",
    'if (false)',
  ],
  ['core/approval/reviews/classify-reviews.ts', 'if (hand !== undefined)', 'if (false)'],
  [
    'core/approval/reviews/classify-reviews.ts',
    'baseChanges.some(at => at >= review.at)',
    'baseChanges.some(at => at > review.at)',
  ],
  [
    'core/approval/reviews/classify-reviews.ts',
    'contentFault(question, [...seen.heads, review.commit], facts)',
    'contentFault(question, [review.commit], facts)',
  ],
  [
    'core/approval/reviews/classify-reviews.ts',
    'contentFault(question, [...seen.heads, review.commit], facts)',
    'contentFault(question, seen.heads, facts)',
  ],
  ['core/approval/reviews/stale-reviews.ts', 'if (held !== blob)', 'if (false)'],
  [
    'core/approval/reviews/stale-reviews.ts',
    'if (bases(commit).includes(blob)) return notShown(path, commit)',
    '',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    'if (blobAt({ commit: base, path }) === blob) return notShown(path, head)',
    '',
  ],
  ['core/approval/visibility/shown-files.ts', 'if (gone !== undefined)', 'if (false)'],
  [
    'core/approval/visibility/shown-files.ts',
    'const place = isConfiguration ? null :',
    'const place = true ? null :',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    'const place = isConfiguration ? null :',
    'const place = false ? null :',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    'if (isConfiguration && attributesAbove(path).includes(path)) return null',
    '',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    '[...heads, ...bases, ...tips]',
    '[...bases, ...tips]',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    '[...heads, ...bases, ...tips]',
    '[...heads, ...tips]',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    '[...heads, ...bases, ...tips]',
    '[...heads, ...bases]',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    'if (text === undefined) return unreadAttributes(place, commit)',
    '',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    'if (hiding !== undefined) return',
    'if (false) return',
  ],
  ['core/approval/visibility/shown-files.ts', '...folders.map((_, at)', '...[].map((_, at)'],
  [
    'core/approval/reviews/stale-reviews.ts',
    'then.length > 0 && merged !== null && then.every',
    'then.length > 0 && merged !== null && then.some',
  ],
  [
    'core/approval/reviews/stale-reviews.ts',
    'then.length > 0 && merged !== null',
    'merged !== null',
  ],
  [
    'core/approval/reviews/classify-reviews.ts',
    'maxAgeSeconds !== null && age > maxAgeSeconds',
    'maxAgeSeconds !== null && age < maxAgeSeconds',
  ],
  [
    'core/approval/reviews/classify-reviews.ts',
    'isSettled(question.purpose) ? (pull.merged?.at ?? facts.now) : facts.now',
    'facts.now',
  ],
  ['core/approval/reviews/revoked-approvals.ts', 'at <= pull.merged.at ||', ''],
  [
    'core/approval/reviews/revoked-approvals.ts',
    'by === null ||\n        mayEnd(by, question, approvers, facts)',
    'by === null',
  ],
  [
    'core/approval/reviews/classify-reviews.ts',
    'const isOfMerged = review.commit === pull.head.commit',
    'const isOfMerged = true',
  ],
]
