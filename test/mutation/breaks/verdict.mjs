// Breaks of counting, the verdict, the trust root, and the story around them. Each is one line: the file below src, the text that
// stands there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const VERDICT = [
  // Requests for changes, and evidence that differs.
  [
    'approval/eligibility.ts',
    "if (mayApprove(account, path, rule, jurisdiction, standings).kind !== 'no') return true",
    "if (mayApprove(account, path, rule, jurisdiction, standings).kind === 'yes') return true",
  ],
  ['approval/eligibility.ts', '|| isOpen(rule)) return false', ') return false'],
  ['approval/eligibility.ts', 'barring(account, jurisdiction) !== null || isOpen', 'isOpen'],
  [
    'approval/asked-rules.ts',
    '[...question.anyOf, question.floor, ...ruled]',
    '[question.floor, ...ruled]',
  ],
  [
    'approval/asked-rules.ts',
    '[...question.anyOf, question.floor, ...ruled]',
    '[...question.anyOf, question.floor]',
  ],
  [
    'approval/contradiction.ts',
    'earlier.path === path && earlier.blob === blob',
    'earlier.path === path',
  ],
  ['approval/contradiction.ts', 'told.mergeCommit === pull.merged?.commit', 'true'],
  ['approval/contradiction.ts', 'told.author.id === pull.author.id', 'true'],
  [
    'approval/contradiction.ts',
    'if (review === undefined) return false',
    'if (review === undefined) return true',
  ],
  ['approval/contradiction.ts', 'author.id === approval.reviewer.id', 'true'],
  ['approval/requested-changes.ts', 'account === DELETED ||', ''],
  ['approval/reviews.ts', "repository.visibility === 'public' || isSettled", 'isSettled'],
  ['approval/reviews.ts', "'public' || isSettled(purpose)", "'public'"],
  ['approval/reviews.ts', '(merged === null || review.at <= merged.at)', 'true'],

  // Counting.
  ['approval/quorum.ts', 'Math.max(1, rule.required', 'Math.max(0, rule.required'],
  ['approval/quorum.ts', ', branchRules?.requiredApprovals ?? 0)', ')'],
  [
    'approval/quorum.ts',
    'unattributed !== null || hasUnknownPusher ? 1 : 0',
    'unattributed !== null ? 1 : 0',
  ],
  ['approval/quorum.ts', 'return asked + extra +', 'return asked +'],
  ['approval/quorum.ts', 'if (fault !== null && jurisdiction.approval.strict) {', 'if (false) {'],
  ['approval/quorum.ts', 'eligibleAt: since ?? facts.now', 'eligibleAt: facts.now'],
  ['approval/quorum.ts', "purpose !== 'renewal' || approval.never", 'approval.never'],
  [
    'approval/quorum.ts',
    'each.review === review.id && each.reviewer.id === reviewer.id',
    'each.reviewer.id === reviewer.id',
  ],
  ['approval/quorum.ts', 'since <= now && now <= endOfGrace(since)', 'now <= endOfGrace(since)'],
  ['approval/quorum.ts', 'since <= now && now <= endOfGrace(since)', 'since <= now'],
  [
    'approval/quorum.ts',
    'headAge !== null && headAge < YOUNG_SECONDS',
    'headAge !== null && headAge <= YOUNG_SECONDS',
  ],
  [
    'approval/asked-rules.ts',
    'minimumApprovals > 0 && matchesFilePatterns(filePatterns, path)',
    'minimumApprovals > 0',
  ],

  // The verdict.
  ['approval/judge.ts', 'if (isRewriting(question.landing, facts)) return', 'if (false) return'],
  ['approval/judge.ts', 'stopped ??\n', ''],
  ['approval/judge.ts', 'if (pull.isTooLarge) return', 'if (false) return'],
  ['approval/judge.ts', 'if (differs !== null) return', 'if (false) return'],
  ['approval/judge.ts', 'if (asked !== null) return', 'if (false) return'],
  [
    'approval/judge.ts',
    'jurisdiction.approval.strict ? landingWarnings',
    'false ? landingWarnings',
  ],
  ['approval/judge.ts', '[floor, ...ruled].filter', '[...ruled].filter'],
  ['approval/judge.ts', '[floor, ...ruled].filter', '[floor].filter'],
  ['approval/judge.ts', '...(met === undefined ? asked : []),', ''],
  ['approval/judge.ts', 'counted.standing.length >= required', 'counted.standing.length > 0'],
  ['approval/judge.ts', 'each.eligibleAt < known.eligibleAt', 'each.eligibleAt > known.eligibleAt'],
  ['approval/judge.ts', 'Math.max(by.required, floor.required)', 'by.required'],
  ['approval/judge.ts', 'if (facts.branchRules === null) return refuse(unreadableRules())', ''],
  [
    'approval/refusal.ts',
    'if (has > 0 && hands.unattributed !== null)',
    'if (hands.unattributed !== null)',
  ],
  ['approval/mixed.ts', 'bases.every(base => objectAt', 'bases.some(base => objectAt'],
  [
    'approval/mixed.ts',
    'if (bases.length === 0) return now !== null',
    'if (bases.length === 0) return false',
  ],
  ['approval/mixed.ts', 'found === undefined ? GONE : ', 'found === undefined ? null : '],
  ['approval/needs.ts', '...pull.commits.flatMap(commit => commit.parents),', ''],
  ['approval/needs.ts', 'unique([...asked, ...bases, ...shown])', 'unique([...asked, ...bases])'],
  ['approval/needs.ts', '...pull.dismissals.map(({ by }) => by)', ''],

  // The trust root, and what is sealed.
  [
    'approval/trust.ts',
    'if (isWhole && canRule(state)) trusted = state',
    'if (canRule(state)) trusted = state',
  ],
  [
    'approval/trust.ts',
    'if (isWhole && canRule(state)) trusted = state',
    'if (isWhole) trusted = state',
  ],
  ['approval/trust.ts', 'prove(change, trusted, background)', 'prove(change, state, background)'],
  ['approval/trust.ts', 'path !== workflow', 'true'],
  [
    'approval/trust.ts',
    '[...older.files.keys(), ...newer.files.keys()]',
    '[...newer.files.keys()]',
  ],
  ['approval/trust.ts', '.toSorted(([a], [b]) => (a < b ? -1 : 1))', ''],
  ['approval/evidence.ts', 'hasUnknownPusher: hands.hasUnknownPusher', 'hasUnknownPusher: false'],
  [
    'approval/evidence.ts',
    'eligibleAt: eligibleAt.toISOString()',
    'eligibleAt: review.at.toISOString()',
  ],
  [
    'approval/prove.ts',
    'question.path === path && question.blob === blob',
    'question.path === path',
  ],
  ['approval/prove.ts', 'if (!judged.ok) return judged', 'if (false) return judged'],

  // The story.
  [
    'flow/history.ts',
    'branchLine(ancestry, repository.tip, moves)',
    'branchLine(ancestry, repository.tip, null)',
  ],
  ['flow/history.ts', '|| !isAncestor(ancestry, frame.commit, repository.tip)', ''],
  ['flow/history.ts', 'if (isNonEmpty(moved))', 'if (false)'],
  ['flow/pasts.ts', 'if (isChanged || dropped !== null)', 'if (isChanged)'],
  ['flow/history.ts', 'return [...held, {', 'return [{'],
  ['flow/trusted.ts', 'if (hidden !== null) return refuse(hidden)', ''],
  ['flow/attributes.ts', 'attributesAbove(folder).map', '[ATTRIBUTES].map'],
  ['approval/folded.ts', 'FOLDERS.test(path) || VENDORED.test(path)', 'FOLDERS.test(path)'],
  ['approval/untold.ts', 'return !before.includes(valueAt(commit))', 'return false'],
  ['approval/untold.ts', 'Math.max(0, oldest', 'Math.max(line.length, oldest'],
  ['flow/requesters.ts', 'people.size === 1 && unattributed === null', 'unattributed === null'],
  ['flow/requesters.ts', 'people.size === 1 && unattributed === null &&', 'people.size === 1 &&'],
  [
    'flow/requesters.ts',
    'people.size === 1 && unattributed === null && !hasUnknownPusher',
    'people.size === 1 && unattributed === null',
  ],
  [
    'flow/requesters.ts',
    'author === undefined || others.length > 0 ? null : author',
    'author ?? null',
  ],
  ['flow/requesters.ts', 'evidence === null || evidence.path !== path ||', 'evidence === null ||'],
  ['flow/requesters.ts', '|| evidence.blob !== blob) return null', ') return null'],
  [
    'flow/requesters.ts',
    'people.length === 1 && unattributed === null && !hasUnknownPusher',
    'unattributed === null && !hasUnknownPusher',
  ],
  [
    'flow/requesters.ts',
    'people.length === 1 && unattributed === null && !hasUnknownPusher',
    'people.length === 1 && !hasUnknownPusher',
  ],
  [
    'flow/requesters.ts',
    'people.length === 1 && unattributed === null && !hasUnknownPusher',
    'people.length === 1 && unattributed === null',
  ],
  ['flow/requesters.ts', 'people.find(({ id }) => id === pullRequest.author?.id)', 'people[0]'],
  ['flow/trails.ts', 'believed?.landing.commit === landing.commit ? believed : null', 'believed'],

  // Only what a review proved before is renewed.
  ['flow/prove.ts', "step.kind === 'renew' && earlier !== null &&", "step.kind === 'renew' &&"],
  ['flow/prove.ts', "earlier !== null && step.current.proof.kind === 'review'", 'earlier !== null'],
]
