// Bugs of the approval proof that the model check has to find. Each is one line: what goes wrong, the file below src, the text that is
// there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string, string])[]} */
export const PLANTED = [
  // What was approved, and when.
  [
    'a version is judged by the landing that first brought its bytes',
    'workflows/prove/proved-chain.ts',
    '    ...version,\n    minimum',
    '    ...version,\n    landing: (fileOrigin.versions.findLast(each => each.blob === blob) ?? version).landing,\n    minimum',
  ],
  [
    'an approval of other bytes counts',
    'core/approval/reviews/classify-reviews.ts',
    'if (held !== blob)',
    'if (false)',
  ],
  [
    'an approval after the merge counts',
    'core/approval/reviews/last-reviews.ts',
    'const isLate = merged !== null && (isRequest',
    'const isLate = merged !== null && false && (isRequest',
  ],
  [
    'a dismissed approval counts',
    'core/approval/reviews/classify-reviews.ts',
    "if (review.state === 'DISMISSED' && !outlivesDismissal(weighing))",
    'if (false)',
  ],
  [
    'an approval of another meaning counts',
    'core/approval/reviews/classify-reviews.ts',
    'then.length > 0 && merged !== null && then.every(tip => effectiveDigestAt(tip) === merged)',
    'then.length > 0 && merged !== null',
  ],
  [
    'an approval never expires',
    'core/approval/reviews/classify-reviews.ts',
    'maxAgeSeconds !== null && age > maxAgeSeconds',
    'maxAgeSeconds !== null && age < 0',
  ],
  [
    'a pull request into another branch counts',
    'core/approval/merges/merge-source.ts',
    'base === facts.repository.defaultBranch &&',
    'true &&',
  ],
  [
    'a rewritten branch is as good as a merge',
    'core/approval/judge-approval.ts',
    'if (isHistoryRewrite(question.landing, facts))\n',
    'if (false)\n',
  ],
  [
    'a request and configuration in one pull request are judged',
    'workflows/prove/prove.ts',
    'mixed === null ? [] : [mixed]',
    '[]',
  ],
  [
    'a past version of a mixed pull request is judged as any other',
    'workflows/prove/proved-chain.ts',
    '|| mixedProblem(version, places, facts) !== null)',
    ')',
  ],

  // What was shown.
  [
    'lines that were not shown are covered',
    'core/approval/visibility/shown-lines.ts',
    'if (open.length === 0) return null',
    'return null',
  ],
  [
    'a line that is gone needs no neighbour before it',
    'core/approval/visibility/shown-lines.ts',
    'need(line - 1)\n',
    '',
  ],
  [
    'a version that nobody approved counts as proved',
    'workflows/prove/proved-chain.ts',
    'if (link === null && !isAdopted) return',
    'if (false) return',
  ],
  [
    'an approval of an earlier version that was taken back still proves it',
    'core/approval/reviews/classify-reviews.ts',
    "if (!isUsed && purpose !== 'configuration') return false",
    "if (purpose === 'past') return true",
  ],
  [
    'the trusted requests are any commit with the same files',
    'core/approval/configuration-digest.ts',
    "[...files, ['', commit]]",
    '[...files]',
  ],

  // Who contributed.
  [
    'who contributed may approve',
    'core/approval/reviews/classify-reviews.ts',
    'if (part !== undefined)',
    'if (false)',
  ],
  [
    'who opened the pull request is no contributor',
    'core/approval/contributors/pull-contributors.ts',
    "{ account: pull.author, did: `opened pull request #${pull.number}`, role: 'opened' },",
    '',
  ],
  [
    'pushers are no contributors',
    'core/approval/contributors/pull-contributors.ts',
    '    ...(pushed ?? knownPushers(pull, proposed, recordedPull, facts)),\n',
    '',
  ],
  [
    'the name of GitHub in a commit is believed',
    'core/approval/contributors/pull-contributors.ts',
    'if (isGitHub && isSignedByGitHub) return wrote',
    'if (isGitHub) return wrote',
  ],
  [
    'contributors to unproved versions are dropped',
    'core/approval/contributors/contributors-since.ts',
    '[...earlier, own].flatMap',
    '[own].flatMap',
  ],
  [
    'contributors to an unproved configuration are dropped',
    'core/approval/trust-root.ts',
    'since: [{ path, blob, landing, recorded: null }, ...since] }',
    'since }',
  ],
  [
    'a proved version that no policy allowed ends the count of contributors',
    'workflows/prove/proved-chain.ts',
    'const since = isAllowed ? []',
    'const since = true ? []',
  ],
  [
    'who puts a merge back is no contributor',
    'core/approval/contributors/contributors-since.ts',
    '...(isMerged ? [] : ',
    '...(isOfPull ? [] : ',
  ],
  [
    'who puts the approved bytes back is a contributor',
    'core/approval/contributors/contributors-since.ts',
    'proved.blob === blob ? 0 : since.findIndex(each => each.blob === proved.blob)',
    'proved.blob === blob ? 0 : -1',
  ],
  [
    'only the pusher of a pushed commit contributes',
    'core/approval/contributors/contributors-since.ts',
    '[...madeBy(fileOrigin, isOfPull, facts), ...pushed]',
    '[...pushed]',
  ],
  [
    'only the author of a pushed commit contributes',
    'core/approval/contributors/contributors-since.ts',
    '[...madeBy(fileOrigin, isOfPull, facts), ...pushed]',
    'madeBy(fileOrigin, isOfPull, facts)',
  ],

  // What no person stands behind.
  [
    'a bot is as good as a person',
    'core/approval/contributors/pull-contributors.ts',
    "return account.type !== 'User' && !excused.has(account.id)",
    'return false',
  ],
  [
    'an author without an account needs nobody more',
    'core/approval/contributors/pull-contributors.ts',
    "role === 'coAuthor' ? !byPeople : !byBot",
    "role === 'coAuthor' && !byPeople",
  ],
  [
    'a co-author without an account never matters',
    'core/approval/contributors/pull-contributors.ts',
    "role === 'coAuthor' ? !byPeople : !byBot",
    "role !== 'coAuthor' && !byBot",
  ],
  [
    'every bot is excused where one is listed',
    'core/approval/contributors/pull-contributors.ts',
    '  excused: ReadonlySet<number>,\n): Answers {\n',
    "  listed: ReadonlySet<number>,\n): Answers {\n  const excused = new Set(listed)\n  if (author?.type === 'Bot' && listed.size > 0) excused.add(author.id)\n",
  ],
  [
    'a listed bot is excused whatever it changes',
    'core/approval/contributors/excused-bots.ts',
    '|| !changesOnlyPins(older, newer)',
    '',
  ],
  [
    'a command of a workflow counts as a pin',
    'core/approval/contributors/excused-bots.ts',
    '(?:-\\s+)?uses:\\s+)',
    '(?:-\\s+)?(?:uses|run):\\s+)',
  ],
  [
    'a listed bot is never excused',
    'core/approval/judge-approval.ts',
    'contributorsSince(question, pull, facts, excused)',
    'contributorsSince(question, pull, facts)',
  ],

  // Who may approve, and how many.
  [
    'one approval is always enough',
    'core/approval/reviews/count-approvals.ts',
    'lacks(quorum) === 0',
    'quorum.counted.valid.length > 0',
  ],
  [
    'only the minimum is asked',
    'workflows/prove/step-question.ts',
    'isNonEmpty(named) ? named : [minimum]',
    '[minimum]',
  ],
  [
    'a bot may approve',
    'core/approval/reviews/eligible-reviewers.ts',
    "if (type !== 'User') return 'is not a person'",
    '',
  ],
  [
    'approval.never does not matter',
    'core/approval/reviews/eligible-reviewers.ts',
    'approval.never.some(each => each.id === id)',
    'false',
  ],
  [
    'who can read may approve',
    'core/approval/reviews/eligible-reviewers.ts',
    "permission !== 'write' && permission !== 'admin'",
    "permission === 'none'",
  ],
  [
    'grace never ends',
    'core/approval/reviews/count-approvals.ts',
    "purpose === 'past' || now <= endOfGrace(since)",
    'true',
  ],

  // Who may stop it.
  [
    'a request for changes does not matter',
    'core/approval/judge-approval.ts',
    'if (objection !== null) return',
    'if (false) return',
  ],
  [
    'a request for changes on another pull request of the same commit does not matter',
    'core/approval/judge-approval.ts',
    'stopped ??\n',
    '',
  ],
  [
    'each pull request of a commit has to be approved',
    'core/approval/judge-approval.ts',
    'judged.find(({ ok }) => ok) ??',
    '',
  ],
  [
    'only reviewers who were counted may end a renewal',
    'core/approval/reviews/revoked-approvals.ts',
    'return [...naming, ...(isOpen ? [approvers.approval.configuration] : [])].some(hasSay)',
    'return false',
  ],
  [
    'everybody may end a renewal',
    'core/approval/reviews/revoked-approvals.ts',
    'return [...naming, ...(isOpen ? [approvers.approval.configuration] : [])].some(hasSay)',
    'return true',
  ],

  // The configuration.
  [
    'a change of the configuration is judged by itself',
    'core/approval/trust-root.ts',
    'prove(change, ruling(state), background)',
    'prove(change, state, background)',
  ],
  [
    'the configuration is trusted in part',
    'core/approval/trust-root.ts',
    'done(state, provedFiles(anchor.files, backgrounds))',
    'done(state, state.files)',
  ],
  [
    'authors of commits are no contributors',
    'core/approval/contributors/pull-contributors.ts',
    '    ...proposed.commits.flatMap(peopleOfCommit),\n',
    '',
  ],
  [
    'people of pull requests that were merged into the branch are no contributors',
    'core/approval/contributors/landing-contributors.ts',
    "(commits.has(other.merged.commit ?? '') || isIntoHead(other, each, facts))",
    'false',
  ],
  [
    'an approval against another base counts',
    'core/approval/reviews/classify-reviews.ts',
    'pull.baseChanges.some(({ at }) => at >= review.at)',
    'pull.baseChanges.some(({ at }) => at === review.at)',
  ],
  [
    'commits that a force push removed have no contributors',
    'core/approval/contributors/proposed-changes.ts',
    'const others = [...replaced, ...joined]',
    'const others = [...joined]',
  ],
  [
    'every merge by GitHub is no part',
    'core/approval/contributors/proposed-changes.ts',
    '  return [...brought, ...changed.flatMap(paths => paths ?? [])].every(',
    '  return [...brought].slice(brought.length).every(',
  ],
]
