// Breaks of who had a hand in a file, who may approve it, and what they said. Each is one line: the file below src, the text that
// stands there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const PEOPLE = [
  // Who had a hand in it.
  [
    'approval/contributors.ts',
    "{ account: pull.author, did: `opened pull request #${pull.number}`, role: 'opened' },",
    '',
  ],
  ['approval/contributors.ts', '    ...commits,\n', ''],
  ['approval/contributors.ts', '    ...(pushed ?? []),\n', ''],
  [
    'approval/contributors.ts',
    "return account.type !== 'User' && !excused.has(account.id)",
    'return false',
  ],
  ['approval/contributors.ts', "return role === 'coAuthor' ? !byPeople : !byBot", 'return false'],
  [
    'approval/contributors.ts',
    'pushed === null || pushed.some(({ account }) => account === null)',
    'pushed === null',
  ],
  ['approval/contributors.ts', '!knowsPushers(trail.earlier, pull.number)', 'true'],
  [
    'approval/contributors.ts',
    'blob !== GONE && bases(commit).every',
    'blob !== GONE && bases(commit).some',
  ],
  [
    'approval/contributors.ts',
    'bases(commit).every(base => base === blob) ? null : { blob }',
    'false ? null : { blob }',
  ],
  [
    'approval/contributors.ts',
    '!parents.some(parent => isSame',
    'parents.length < 2 && !parents.some(parent => isSame',
  ],
  [
    'approval/contributors.ts',
    'if (isGitHub && isSignedByGitHub) return wrote',
    'if (isSignedByGitHub) return wrote',
  ],
  [
    'approval/contributors.ts',
    'if (isGitHub && isSignedByGitHub) return wrote',
    'if (isGitHub) return wrote',
  ],
  [
    'approval/contributors.ts',
    'const account = isGitHub ? null : committer',
    'const account = committer',
  ],
  ['approval/contributors.ts', 'before === null || !isSame(now, proposed(before))', 'true'],
  [
    'approval/contributors.ts',
    'before === null || !isSame(now, proposed(before))',
    'before === null',
  ],
  ['approval/contributors.ts', 'before !== pushes[at - 1]?.after', 'false'],
  ['approval/contributors.ts', 'first.before === null || proposed(first.before) === null', 'true'],
  ['approval/contributors.ts', 'if (earlier?.pullRequest.number !== pull) return []', ''],
  [
    'approval/contributors.ts',
    'earlier.pullRequest.number === pull && !earlier.hasUnknownPusher',
    'earlier.pullRequest.number === pull',
  ],

  // Who may approve.
  [
    'approval/eligibility.ts',
    "return general.kind === 'yes' ? ",
    "return general.kind !== 'no' ? ",
  ],
  [
    'approval/eligibility.ts',
    'rule.users.some(({ id }) => id === account.id)',
    'rule.users.some(({ login }) => login === account.login)',
  ],
  ['approval/eligibility.ts', "if (type !== 'User') return 'is not a person'", ''],
  ['approval/eligibility.ts', 'approval.never.some(each => each.id === id)', 'false'],
  [
    'approval/eligibility.ts',
    "permission !== 'write' && permission !== 'admin'",
    "permission === 'none'",
  ],
  ['approval/eligibility.ts', 'teams.length === 0 && !codeOwners', 'teams.length === 0'],
  ['approval/eligibility.ts', 'if (unread !== undefined) return', 'if (false) return'],
  ['approval/eligibility.ts', 'if (unnamed !== undefined) return', 'if (false) return'],
  [
    'approval/eligibility.ts',
    'fold(`${organization}/${slug}`)',
    'slugs.find(each => each.endsWith(`/${slug}`))',
  ],
  ['approval/eligibility.ts', 'return isOut || isNamed', 'return isNamed'],

  // What was said, and of what.
  ['approval/reviews.ts', 'if (!isLate) asking.push(reviewer)', 'asking.push(reviewer)'],
  [
    'approval/last-opinions.ts',
    "state === 'CHANGES_REQUESTED' || (state === 'DISMISSED' && isTakenBack)",
    "state === 'CHANGES_REQUESTED'",
  ],
  [
    'approval/last-opinions.ts',
    "was === 'CHANGES_REQUESTED' && merged !== null && at > merged.at",
    "was === 'CHANGES_REQUESTED'",
  ],
  [
    'approval/last-opinions.ts',
    "state !== 'COMMENTED' && state !== 'PENDING'",
    "state !== 'PENDING'",
  ],
  ['approval/last-opinions.ts', 'a.at.getTime() - b.at.getTime() || a.id - b.id', 'b.id - a.id'],
  [
    'approval/last-opinions.ts',
    'const isLate = merged !== null && at > merged.at',
    'const isLate = false',
  ],
  [
    'approval/last-opinions.ts',
    'if (isLate && earlier !== undefined && !earlier.isLate) continue',
    '',
  ],
  [
    'approval/reviews.ts',
    "if (review.state === 'DISMISSED' && !outlivesDismissal(weighing))",
    'if (false)',
  ],
  ['approval/reviews.ts', 'if (hand !== undefined)', 'if (false)'],
  [
    'approval/reviews.ts',
    'baseChanges.some(at => at >= review.at)',
    'baseChanges.some(at => at > review.at)',
  ],
  [
    'approval/reviews.ts',
    'contentFault(weighing, [...seen.heads, review.commit])',
    'contentFault(weighing, [review.commit])',
  ],
  [
    'approval/reviews.ts',
    'contentFault(weighing, [...seen.heads, review.commit])',
    'contentFault(weighing, seen.heads)',
  ],
  ['approval/reviews.ts', 'if (held !== blob)', 'if (false)'],
  ['approval/reviews.ts', 'if (bases(commit).includes(blob)) return notShown(path, commit)', ''],
  [
    'approval/shown.ts',
    'if (blobAt({ commit: base, path }) === blob) return notShown(path, head)',
    '',
  ],
  ['approval/shown.ts', 'if (gone !== undefined)', 'if (false)'],
  ['approval/shown.ts', 'const place = isConfiguration ? null :', 'const place = true ? null :'],
  ['approval/shown.ts', 'const place = isConfiguration ? null :', 'const place = false ? null :'],
  [
    'approval/shown.ts',
    'if (isConfiguration && attributesAbove(path).includes(path)) return null',
    '',
  ],
  ['approval/shown.ts', '[...heads, ...bases, ...tips]', '[...bases, ...tips]'],
  ['approval/shown.ts', '[...heads, ...bases, ...tips]', '[...heads, ...tips]'],
  ['approval/shown.ts', '[...heads, ...bases, ...tips]', '[...heads, ...bases]'],
  ['approval/shown.ts', 'if (text === undefined) return unreadAttributes(place, commit)', ''],
  ['approval/shown.ts', 'if (hiding !== undefined) return', 'if (false) return'],
  ['approval/shown.ts', '...folders.map((_, at)', '...[].map((_, at)'],
  [
    'approval/reviews.ts',
    'then.length > 0 && merged !== null && then.every',
    'then.length > 0 && merged !== null && then.some',
  ],
  ['approval/reviews.ts', 'then.length > 0 && merged !== null', 'merged !== null'],
  [
    'approval/reviews.ts',
    'maxAgeSeconds !== null && age > maxAgeSeconds',
    'maxAgeSeconds !== null && age < maxAgeSeconds',
  ],
  [
    'approval/reviews.ts',
    'isSettled(question.purpose) ? (pull.merged?.at ?? facts.now) : facts.now',
    'facts.now',
  ],
  [
    'approval/reviews.ts',
    "purpose === 'renewal' && earlierApproval(weighing) !== null",
    "purpose === 'renewal'",
  ],
  ['approval/ending.ts', 'at <= pull.merged.at ||', ''],
  [
    'approval/ending.ts',
    'by === null ||\n        mayEnd(by, question, jurisdiction, facts)',
    'by === null',
  ],
  [
    'approval/reviews.ts',
    'const isOfMerged = review.commit === pull.head.commit',
    'const isOfMerged = true',
  ],
]
