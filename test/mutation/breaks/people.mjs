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
  [
    'core/approval/contributors/pull-contributors.ts',
    '    ...(pushed ?? knownPushers(pull, proposed, recordedPull, facts)),\n',
    '',
  ],
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
    'core/approval/reviews/classify-reviews.ts',
    'const isUsed = earlierApproval(weighing) !== null',
    "const isUsed = purpose !== 'change'",
  ],
  [
    'core/approval/reviews/classify-reviews.ts',
    "!isUsed && purpose !== 'configuration'",
    '!isUsed',
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
  ['core/approval/contributors/pushers.ts', 'before !== pushes[at - 1]?.after', 'false'],

  // Who may approve.
  [
    'core/approval/reviews/eligible-reviewers.ts',
    "return general.kind === 'yes' ? ",
    "return general.kind !== 'no' ? ",
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
    'if (unread !== undefined)\n    return',
    'if (false)\n    return',
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
    "was === 'CHANGES_REQUESTED' && merged !== null && at >= merged.at",
    "was === 'CHANGES_REQUESTED'",
  ],
  [
    'core/approval/reviews/last-reviews.ts',
    "was === 'CHANGES_REQUESTED' && merged !== null && at >= merged.at",
    "was === 'CHANGES_REQUESTED' && merged !== null && at > merged.at",
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
    'if (isLate && before !== undefined && !before.isLate) continue',
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
    'contentFault(question, [...seen.heads, review.commit], facts)',
    'contentFault(question, [review.commit], facts)',
  ],
  [
    'core/approval/reviews/classify-reviews.ts',
    'contentFault(question, [...seen.heads, review.commit], facts)',
    'contentFault(question, seen.heads, facts)',
  ],
  ['core/approval/reviews/classify-reviews.ts', 'if (held !== blob)', 'if (false)'],
  [
    'core/approval/reviews/classify-reviews.ts',
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
    'core/approval/reviews/classify-reviews.ts',
    'then.length > 0 && merged !== null && then.every',
    'then.length > 0 && merged !== null && then.some',
  ],
  [
    'core/approval/reviews/classify-reviews.ts',
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
    'isAgeless ? (pull.merged?.at ?? facts.now) : facts.now',
    'facts.now',
  ],
  [
    'core/approval/reviews/classify-reviews.ts',
    "isSettled(question.purpose) || question.purpose === 'withdrawal'",
    'isSettled(question.purpose)',
  ],
  ['core/approval/reviews/revoked-approvals.ts', 'at <= pull.merged.at ||', ''],
  [
    'core/approval/reviews/revoked-approvals.ts',
    'by === null ||\n        mayEnd(by, question, approvers, facts)',
    'by === null',
  ],
  [
    'core/approval/reviews/classify-reviews.ts',
    'const isOfMerged = looked.every(id => id === pull.head.commit)',
    'const isOfMerged = true',
  ],
  ['core/approval/contributors/landing-contributors.ts', ' || isIntoHead(other, each, facts)', ''],
  // Everybody with a part in the pull request.
  [
    'core/approval/contributors/pull-contributors.ts',
    '    ...proposed.commits.flatMap(peopleOfCommit),\n',
    '',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'account: isGitHub ? null : committer',
    'account: committer',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'if (!isRecorded(recorded, pull)) return []',
    '',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'isRecorded(recorded, pull) && !recorded.hasUnknownPusher',
    'isRecorded(recorded, pull)',
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
    'core/approval/contributors/landing-contributors.ts',
    "commits.has(other.merged.commit ?? '')",
    'false',
  ],
  [
    'core/approval/contributors/landing-contributors.ts',
    "commits.has(other.merged.commit ?? '')",
    'true',
  ],
  ['workflows/prove/past-requests.ts', '[...ofVersion.lists, ...more]', 'ofVersion.lists'],
  [
    'core/approval/required-rules.ts',
    '`the rulesets, for the team with the id ${teamId}`',
    "'the rulesets'",
  ],
  [
    'workflows/prove/namesakes.ts',
    'request === null ? fileKind(path) !== null : request.name === name',
    'request?.name === name',
  ],
  ['workflows/prove/namesakes.ts', 'if (isPassedOver(path)) return false', ''],
  [
    'workflows/prove/namesakes.ts',
    'request === null ? fileKind(path) !== null :',
    'request === null ? true :',
  ],
  ['workflows/prove/namesakes.ts', 'others === null || others.some', 'others?.some'],
  ['workflows/prove/namesakes.ts', 'isOfPolicies ? isPolicy : isInventory', 'isPolicy'],
  ['core/plan/plan-digests.ts', 'request.withdraw ? { withdraw: true } : {}', '{}'],
  ['core/approval/visibility/shown-files.ts', '? CODE_OWNERS_PLACES : []', '? [] : []'],
  ['workflows/prove/prove.ts', "kind === 'withdraw' && since", 'false && since'],
  ['core/approval/visibility/diff-size-limits.ts', 'previousPath ?? path', 'path'],
  // Everybody with a part in the pull request.
  [
    'core/approval/contributors/pull-contributors.ts',
    '!knowsPushers(recorded, pull.number)',
    'true',
  ],
  [
    'core/approval/contributors/pushers.ts',
    "!isPart({ ...first, kind: 'push', before: null, after: first.before }, proposed)",
    'true',
  ],
  [
    'core/approval/contributors/pushers.ts',
    'pushes?.filter(({ at }) => at <= asked.until) ?? null',
    'pushes',
  ],
  [
    'core/approval/contributors/pushers.ts',
    '?.some(id => asked.ids.has(id)) ?? true',
    '?.length !== 0',
  ],
  [
    'core/approval/contributors/pushers.ts',
    'if (known === null) return [opened, ...moved.map(pushedBy)]',
    'if (known === null) return []',
  ],
  [
    'core/approval/contributors/pushers.ts',
    'moved.filter(push => !isButton(push, facts))',
    'moved',
  ],
  [
    'core/approval/contributors/pushers.ts',
    'isPart(push, proposed) && !isButton(push, facts)',
    'isPart(push, proposed)',
  ],
  [
    'core/approval/contributors/pushers.ts',
    'isPart(push, proposed) && !isButton(push, facts)',
    '!isButton(push, facts)',
  ],
  [
    'core/approval/contributors/pushers.ts',
    'isGithubMerge(push) && mergedBy(push, facts).length > 0',
    'isGithubMerge(push)',
  ],
  [
    'core/approval/contributors/pushers.ts',
    'isGithubMerge(push) && mergedBy(push, facts).length > 0',
    'false',
  ],
  ['core/approval/contributors/pushers.ts', '?.length !== 0\n', '?.length === 1\n'],
  ['core/approval/contributors/proposed-changes.ts', 'isUpdate(each, facts)).map', 'false).map'],
  ['core/approval/contributors/proposed-changes.ts', '!isSignedByGitHub || own', 'own'],
  [
    'core/approval/contributors/proposed-changes.ts',
    'shown === null || shown.isCut',
    'shown === null',
  ],
  ['core/approval/contributors/proposed-changes.ts', 'if (after === null) return []', ''],
  [
    'core/approval/contributors/proposed-changes.ts',
    'if (!ancestry.has(after) || (old !== null && !ancestry.has(old))) return null',
    'if (!ancestry.has(after) || (old !== null && !ancestry.has(old))) return []',
  ],
  ['core/approval/contributors/proposed-changes.ts', ' && !updates.has(id),', ','],
  [
    'core/approval/contributors/landing-contributors.ts',
    '[landing.commit, ...ids]',
    '[landing.commit]',
  ],
  ['core/approval/contributors/landing-contributors.ts', '!own.includes(each) && isInto', 'isInto'],
  [
    'core/approval/contributors/landing-contributors.ts',
    'createdAt <= then && next.some',
    'next.some',
  ],
  [
    'core/approval/contributors/landing-contributors.ts',
    'change => (change?.from ?? base) === branch',
    '() => true',
  ],
  [
    'core/approval/contributors/landing-contributors.ts',
    '(change?.from ?? base) === branch',
    'base === branch',
  ],
  [
    'core/approval/contributors/landing-contributors.ts',
    ', baseChanges.find(({ at }) => at >= then)',
    '',
  ],
  [
    'core/approval/merges/merged-range.ts',
    'pullRequests: new Map()',
    'pullRequests: facts.pullRequests',
  ],
  ['core/approval/merges/mixed-pull-request.ts', 'wholeAlone(landing, pull, facts)', 'landing'],
  [
    'core/approval/reviews/classify-reviews.ts',
    'baseChanges.some(({ at }) => at >= review.at)',
    'baseChanges.some(({ at }) => at > review.at)',
  ],
  [
    'core/approval/reviews/count-approvals.ts',
    "purpose === 'renewal' ? [named.name] : teams.map(recordedTeam)",
    '[named.name]',
  ],
  [
    'core/approval/reviews/count-approvals.ts',
    "purpose === 'renewal' ? [named.name] : teams.map(recordedTeam)",
    'teams.map(recordedTeam)',
  ],
  [
    'core/approval/reviews/count-approvals.ts',
    '!users.includes(reviewer.id) && !isKnown',
    '!isKnown',
  ],
  [
    'core/approval/reviews/count-approvals.ts',
    '!users.includes(reviewer.id) && !isKnown',
    '!users.includes(reviewer.id)',
  ],
  ['core/approval/reviews/count-approvals.ts', '!namesNobody(named.rule) && !users', '!users'],
  [
    'core/approval/reviews/eligible-reviewers.ts',
    'users.includes(account.id) || member.includes(true)',
    'member.includes(true)',
  ],
  ['core/approval/reviews/eligible-reviewers.ts', 'member[at] === true', 'true'],
  ['core/approval/reviews/count-approvals.ts', ', ...knownTeams(each, question)]', ']'],
  [
    'core/approval/visibility/diff-size-limits.ts',
    "files.filter(({ status, patch }) => status !== 'unchanged' && patch === null)",
    '[] as ShownFile[]',
  ],
  // What a button brought, and commits that were joined to the default branch.
  [
    'core/approval/contributors/proposed-changes.ts',
    'const others = [...replaced, ...joined]',
    'const others = [...joined]',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'const others = [...replaced, ...joined]',
    'const others = [...replaced]',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'reachableFrom(ancestry, tip, left)',
    'reachableFrom(ancestry, tip)',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'all.filter(({ id }) => !left.has(id))',
    'all',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'if (isSame(mine, theirs)) return isSame(merged, mine)',
    '',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'isSame(mine, base) && isSame(merged, theirs)',
    'isSame(merged, theirs)',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'return isSame(theirs, base)\n      ? isSame(merged, mine)',
    'return isSame(theirs, base)\n      ? true',
  ],
  ['core/approval/contributors/proposed-changes.ts', 'one !== GONE && one === two', 'one === two'],
  [
    'core/approval/contributors/proposed-changes.ts',
    '...brought, ...changed.flatMap',
    '...changed.flatMap',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    '[...brought, ...changed.flatMap(paths => paths ?? [])]',
    'brought',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'previousPath === null ? [path] : [path, previousPath]',
    '[path]',
  ],
  ['core/approval/contributors/proposed-changes.ts', 'if (old === GONE) return GONE', ''],
  [
    'core/approval/contributors/proposed-changes.ts',
    'return old === second ? first : GONE',
    'return first',
  ],
  ['core/approval/contributors/proposed-changes.ts', 'if (old === first) return second', ''],
  [
    'core/approval/contributors/joined-commits.ts',
    '({ at }) => at < from',
    '({ at }) => at <= from',
  ],
  [
    'core/approval/contributors/joined-commits.ts',
    'tipsBefore(earliest ?? at, at',
    'tipsBefore(at, at',
  ],
  ['core/approval/contributors/joined-commits.ts', '.filter(id => theirs.has(id))', ''],
  [
    'core/approval/contributors/joined-commits.ts',
    'first === null ? [null] : [first, null, ...others]',
    '[null, ...others]',
  ],
  [
    'core/approval/contributors/landing-contributors.ts',
    '    ...replacedCommits(pull, before, facts),\n',
    '',
  ],
  [
    'core/approval/contributors/landing-contributors.ts',
    '    ...joinedCommits(pull, before, facts),\n',
    '',
  ],
  [
    'core/approval/contributors/landing-contributors.ts',
    'proposedBy(other).ids.length > 0 ||',
    'true ||',
  ],
  ['core/approval/contributors/landing-contributors.ts', '(other.isTooLarge ||', '('],
  [
    'core/approval/contributors/landing-contributors.ts',
    'recordOf(recorded, pull, each)',
    'recorded',
  ],
  ['core/approval/contributors/pull-contributors.ts', '...proposed.lost.map(removed),', ''],
  [
    'core/approval/contributors/pull-contributors.ts',
    'pull.isTooLarge ? [unlisted(pull)] : []',
    '[]',
  ],
  [
    'core/approval/contributors/pushers.ts',
    'if (![last, ...then].some(push => asked.proposed.has(push?.after ?? null, asked.ids))) return []',
    '',
  ],
  ['core/approval/contributors/pushers.ts', '![last, ...then].some', '![last].some'],
  ['core/approval/contributors/pushers.ts', '![last, ...then].some', '![then.at(-1) ?? last].some'],
  [
    'core/approval/contributors/pull-contributors.ts',
    '!(recordedPull && each.account === null)',
    'true',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    '!(recordedPull && each.account === null)',
    '!recordedPull',
  ],
  ['core/approval/contributors/pushers.ts', '!isKnown || proposed.movedBy(push) !== null', 'true'],
  [
    'core/approval/contributors/contributors-since.ts',
    'other === undefined ? [unknown] : peopleOfCommit(other)',
    'other === undefined ? [] : peopleOfCommit(other)',
  ],
  [
    'workflows/prove/gather-facts.ts',
    '[landing.commit, ...pushedWith(landing, branch)]',
    '[landing.commit]',
  ],
  [
    'workflows/prove/gather-facts.ts',
    '...replacedCommits(pull, before, branch), ...joinedCommits(pull, before, branch)',
    '...joinedCommits(pull, before, branch)',
  ],
  [
    'workflows/prove/gather-facts.ts',
    '...replacedCommits(pull, before, branch), ...joinedCommits(pull, before, branch)',
    '...replacedCommits(pull, before, branch)',
  ],
  [
    'adapters/github/read/reviewed-repository-reader.ts',
    '({ at, from: today(from) })',
    '({ at, from })',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'replacedHeads(pull).filter(id => !ancestry.has(id))',
    '[]',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'id => copied.has(id) || !wasProposed(id, pull, until, facts)',
    '() => true',
  ],
  ['core/approval/contributors/proposed-changes.ts', 'other !== number &&', ''],
  ['core/approval/contributors/proposed-changes.ts', '      merged.at <= until &&\n', ''],
  [
    'core/approval/contributors/proposed-changes.ts',
    '(merged.commit === head.commit && (move?.after ?? merged.commit) === head.commit) ||',
    '',
  ],
  ['core/approval/contributors/proposed-changes.ts', '(isByGithub ||', '('],
  [
    'core/approval/contributors/proposed-changes.ts',
    '&& (move?.after ?? merged.commit) === head.commit',
    '',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    '(move === undefined && isMergedWith(id, merged.commit, facts))',
    'false',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'move === undefined && isMergedWith(id, merged.commit, facts)',
    'move === undefined',
  ],
  ['core/approval/contributors/proposed-changes.ts', 'id => copied.has(id) ||', 'id =>'],
  ['core/approval/contributors/proposed-changes.ts', "left.has(parents[1] ?? '') ||", 'true ||'],
  [
    'core/approval/contributors/proposed-changes.ts',
    '|| linkedTo([id], facts).some(({ merged }) => merged?.commit === id)',
    '',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    '...others.filter(id => !left.has(id) && !own.has(id)),',
    '',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    '|| base === repository.defaultBranch) return false',
    ') return false',
  ],
  ['core/approval/contributors/landing-contributors.ts', '|| isCopiedToBranch(other, facts))', ')'],
  [
    'core/approval/contributors/joined-commits.ts',
    'first === null ? [null] : [first, null, ...others]',
    '[first, ...others]',
  ],
  ['core/approval/contributors/joined-commits.ts', 'before === null || isBack', 'before === null'],
  ['core/approval/contributors/joined-commits.ts', '{ at: null, after: before },', ''],
  ['core/approval/contributors/joined-commits.ts', 'line.lastIndexOf(tip)', 'line.indexOf(tip)'],
  [
    'core/approval/contributors/joined-commits.ts',
    '...(runs ?? []).map(({ at, commit }) => ({ at, after: commit })),',
    '',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'pushed ?? knownPushers(pull, proposed, recordedPull, facts)',
    'pushed ?? []',
  ],
  [
    'core/approval/contributors/pushers.ts',
    'return [opened, ...moved.map(pushedBy)]',
    'return [opened]',
  ],
  [
    'core/approval/contributors/pushers.ts',
    '...(pull.pushes ?? []), ...forcedMoves(pull)',
    '...forcedMoves(pull)',
  ],
  ['core/approval/contributors/pushers.ts', 'pull.merged === null || at <= pull.merged.at', 'true'],
  [
    'core/approval/reviews/classify-reviews.ts',
    'looked.every(id => id === pull.head.commit)',
    'looked.some(id => id === pull.head.commit)',
  ],
  ['core/approval/reviews/count-approvals.ts', 'headAge === null && !isOld', 'false'],
  [
    'core/approval/reviews/count-approvals.ts',
    'isSettled(purpose) || recorded?.approvals.some(each => each.review === review.id) === true',
    'isSettled(purpose)',
  ],
  [
    'core/approval/reviews/count-approvals.ts',
    'isSettled(purpose) || recorded?.approvals',
    'recorded?.approvals',
  ],
  [
    'core/approval/reviews/reviewed-head.ts',
    'pushedAt: seen[other + 1]?.at ?? null',
    'pushedAt: null',
  ],
  ['core/approval/visibility/diff-size-limits.ts', 'diff.isCut && size === null', 'false'],
  [
    'core/approval/contributors/proposed-changes.ts',
    'if (otherCommits.get(merge)?.isSignedByGitHub !== true) return false',
    '',
  ],
  ['core/approval/contributors/proposed-changes.ts', 'id === merge ||', ''],
  [
    'core/approval/contributors/proposed-changes.ts',
    '...older.filter(id => !last.has(id))',
    '...older',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    ', ...older.filter(id => !last.has(id))]',
    ']',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'isCopiedToBranch(pull, facts) ? copiedCommits(pull, facts) : new Set()',
    'copiedCommits(pull, facts)',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    "if (kind === 'forcePush' && (old === null || after === null)) return null",
    '',
  ],
  ['core/pending/load-inventory.ts', '...pools.flatMap(poolNames),', ''],
  ['workflows/prove/effective-request-then.ts', 'ended?.request ?? inFile', 'inFile'],
  [
    'workflows/prove/effective-request-then.ts',
    'ended?.request ?? inFile',
    'ended?.request ?? null',
  ],
  ['workflows/prove/rules-at-landings.ts', 'at - (isWithIt ? 1 : 0)', 'at'],
  ['workflows/prove/rules-at-landings.ts', 'line.findLastIndex(', 'line.findIndex('],
  [
    'workflows/prove/trusted-inventory.ts',
    'inForceBefore(state, history.line, trusted.inForce)',
    'trusted.inForce[0]',
  ],
  [
    'workflows/prove/proved-chain.ts',
    'isAllowedBy(atMerge, asked, requesterBy(then.rules), judging)',
    'isAllowedBy(atMerge, asked, requesterBy(rules), judging)',
  ],
  ['core/approval/contributors/joined-commits.ts', 'older.has(id) || isOlder(id)', 'isOlder(id)'],
  ['core/approval/contributors/joined-commits.ts', 'older.has(id) || isOlder(id)', 'older.has(id)'],
  [
    'core/approval/contributors/joined-commits.ts',
    'pushes ?? [{ at: null, after: head.commit }, ...servedHeads(pull)]',
    'pushes ?? []',
  ],
  [
    'core/approval/contributors/joined-commits.ts',
    'tip === null ? 0 : line.lastIndexOf(tip)',
    'tip === null ? -1 : line.lastIndexOf(tip)',
  ],
  ['core/approval/contributors/contributors-since.ts', '.filter(each => !listed.has(each))', ''],
  [
    'core/approval/contributors/contributors-since.ts',
    '...people, ...(isTaken && !isOfPull ? [unknown] : [])',
    '...people',
  ],
  ['core/approval/contributors/contributors-since.ts', 'isTaken && !isOfPull ?', 'isTaken ?'],
  [
    'core/approval/contributors/contributors-since.ts',
    '...people, ...(isTaken && !isOfPull ? [unknown] : [])',
    '...(isTaken && !isOfPull ? [unknown] : [])',
  ],
  [
    'workflows/prove/proved-chain.ts',
    'wasAllowed ? [atMerge, today] : [today, atMerge]',
    '[atMerge, today]',
  ],
  [
    'workflows/prove/proved-chain.ts',
    'wasAllowed ? [atMerge, today] : [today, atMerge]',
    '[today, atMerge]',
  ],
  [
    'workflows/prove/proved-chain.ts',
    'anyOf, rulePath }, by.approvers',
    'anyOf, rulePath }, then.approvers',
  ],
  ['workflows/prove/proved-chain.ts', 'at: mergedAt }', 'at: judging.now }'],
  ['workflows/prove/proved-chain.ts', 'wasAllowed || isAllowedBy(today', 'isAllowedBy(today'],
  [
    'workflows/prove/proved-chain.ts',
    'isAllowed: wasAllowed || isAllowedBy(today, asked, requesterBy(rules), judging)',
    'isAllowed: wasAllowed',
  ],
]
