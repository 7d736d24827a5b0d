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
  ['core/approval/contributors/pull-contributors.ts', 'before !== pushes[at - 1]?.after', 'false'],

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
  ['core/approval/reviews/classify-reviews.ts', 'if (part !== undefined)', 'if (false)'],
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
  // Everybody with a part in the pull request.
  [
    'core/approval/contributors/pull-contributors.ts',
    '    ...proposed.commits.flatMap(peopleOfCommit),\n',
    '',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'isRecorded(fileOrigin.earlier, pull.number) ? [] : proposed',
    'proposed',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    '(isRecorded(fileOrigin.earlier, pull.number) ? [] : proposed.lost.map(removed))',
    '[]',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'account: isGitHub ? null : committer',
    'account: committer',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    '!proposed.isMovedBy({ ...first, before: null, after: first.before })',
    'true',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'if (!isRecorded(earlier, pull)) return []',
    '',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'isRecorded(earlier, pull) && !earlier.hasUnknownPusher',
    'isRecorded(earlier, pull)',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'push => push.at <= until && proposed.isMovedBy(push)',
    'push => proposed.isMovedBy(push)',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'push => push.at <= until && proposed.isMovedBy(push)',
    'push => push.at <= until',
  ],
  ['core/approval/contributors/pull-contributors.ts', '    .filter(proposed.isMovedBy)\n', ''],
  ['core/approval/contributors/proposed-changes.ts', 'bases(commit).every', 'bases(commit).some'],
  [
    'core/approval/contributors/proposed-changes.ts',
    ', ...removed.flatMap(id => otherCommits.get(id) ?? [])',
    '',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'isUpdate(each) && !isChanged(each)',
    'isUpdate(each)',
  ],
  ['core/approval/contributors/proposed-changes.ts', 'isUpdate(each) && !isChanged(each)', 'false'],
  [
    'core/approval/contributors/proposed-changes.ts',
    'parents.length > 1 && isSignedByGitHub',
    'parents.length > 1',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'parents.length > 1 && isSignedByGitHub',
    'isSignedByGitHub',
  ],
  ['core/approval/contributors/proposed-changes.ts', 'if (move.after === null) return false', ''],
  [
    'core/approval/contributors/proposed-changes.ts',
    'if (!ancestry.has(move.after)) return true',
    '',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    '[...older, ...newer].filter',
    '[...newer].filter',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    '[...older, ...newer].filter',
    '[...older].filter',
  ],
  ['core/approval/contributors/proposed-changes.ts', '!(older.has(id) && newer.has(id))', 'true'],
  [
    'core/approval/contributors/proposed-changes.ts',
    'differing.some(id => !updates.has(id))',
    'differing.length > 0',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'reachableFrom(ancestry, tip, held)',
    'reachableFrom(ancestry, tip)',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'replacedHeads(pull).filter(id => !ancestry.has(id))',
    '[]',
  ],
  ['core/approval/contributors/contributors.ts', 'commits.has(other.merged.commit)', 'false'],
  ['core/approval/contributors/contributors.ts', 'commits.has(other.merged.commit)', 'true'],
  [
    'core/approval/contributors/contributors.ts',
    '[origin.landing.commit, ...ids]',
    '[origin.landing.commit]',
  ],
  [
    'core/approval/contributors/contributors.ts',
    '.flatMap(each => openedAndPushed(each, proposedBy(each), until))',
    '.flatMap(() => [])',
  ],
  ['core/approval/contributors/contributors.ts', ', ...replacedCommits(pull, before, facts)]', ']'],
  [
    'core/approval/merges/mixed-pull-request.ts',
    'pullRequests: new Map()',
    'pullRequests: facts.pullRequests',
  ],
  ['workflows/prove/past-requests.ts', 'then.isAllowed && !known', '!known'],
  ['workflows/prove/past-requests.ts', '[...own.lists, ...more]', 'own.lists'],
  [
    'core/approval/reviews/reviewer-grace.ts',
    'known.rules.includes(asked) && mayBeOther',
    'known.rules.includes(asked)',
  ],
  [
    'core/approval/reviews/reviewer-grace.ts',
    'known.rules.includes(asked) && mayBeOther',
    'mayBeOther',
  ],
  [
    'core/approval/reviews/reviewer-grace.ts',
    "purpose === 'renewal' ? named.name : (recordedNames(named).at(-1) ?? '')",
    'named.name',
  ],
  [
    'core/approval/required-rules.ts',
    '`the rulesets, for the team with the id ${teamId}`',
    "'the rulesets'",
  ],
  [
    'workflows/prove/namesakes.ts',
    'request === null ? isReadable(path) : request.name === name',
    'request?.name === name',
  ],
  [
    'workflows/prove/namesakes.ts',
    'fileKind(path) !== null && !isPassedOver(path)',
    'fileKind(path) !== null',
  ],
  [
    'workflows/prove/namesakes.ts',
    'fileKind(path) !== null && !isPassedOver(path)',
    '!isPassedOver(path)',
  ],
  ['workflows/prove/namesakes.ts', 'name === null || [null, name]', '[null, name]'],
  ['workflows/prove/namesakes.ts', '[null, name].includes', '[name].includes'],
  ['workflows/prove/moved-files.ts', ' || tip?.has(path)', ''],
  [
    'core/approval/visibility/diff-size-limits.ts',
    'files.filter(isUncounted)',
    '[] as ShownFile[]',
  ],
  ['core/approval/visibility/diff-size-limits.ts', "status !== 'unchanged' && patch", 'patch'],
  ['core/approval/visibility/diff-size-limits.ts', 'previousPath ?? path', 'path'],
]
