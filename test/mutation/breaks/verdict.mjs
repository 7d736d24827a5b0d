// Breaks of counting, the verdict, the trust root, and the story around them. Each is one line: the file below src, the text that
// stands there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const VERDICT = [
  // Requests for changes, and evidence that differs.
  [
    'core/approval/reviews/eligible-reviewers.ts',
    "if (mayApprove(account, path, rule, approvers, reviewerRights).kind !== 'no') return true",
    "if (mayApprove(account, path, rule, approvers, reviewerRights).kind === 'yes') return true",
  ],
  [
    'core/approval/reviews/eligible-reviewers.ts',
    '|| namesNobody(rule)) return false',
    ') return false',
  ],
  [
    'core/approval/reviews/eligible-reviewers.ts',
    'ineligibilityReason(account, approvers) !== null || namesNobody',
    'namesNobody',
  ],
  [
    'core/approval/required-rules.ts',
    '[...question.anyOf, question.minimum, ...ruled]',
    '[question.minimum, ...ruled]',
  ],
  [
    'core/approval/required-rules.ts',
    '[...question.anyOf, question.minimum, ...ruled]',
    '[...question.anyOf, question.minimum]',
  ],
  [
    'core/approval/evidence-contradiction.ts',
    'recorded.path === path && recorded.blob === blob',
    'recorded.path === path',
  ],
  ['core/approval/evidence-contradiction.ts', 'known.mergeCommit === pull.merged?.commit', 'true'],
  ['core/approval/evidence-contradiction.ts', 'known.author.id === pull.author.id', 'true'],
  [
    'core/approval/evidence-contradiction.ts',
    'if (review === undefined) return false',
    'if (review === undefined) return true',
  ],
  ['core/approval/evidence-contradiction.ts', 'author.id === approval.reviewer.id', 'true'],
  ['core/approval/reviews/requested-changes.ts', 'account === DELETED ||', ''],
  [
    'core/approval/reviews/classify-reviews.ts',
    '(merged === null || review.at <= merged.at)',
    'true',
  ],

  // Counting.
  [
    'core/approval/reviews/count-approvals.ts',
    'Math.max(1, rule.required',
    'Math.max(0, rule.required',
  ],
  ['core/approval/reviews/count-approvals.ts', ', branchRules?.requiredApprovals ?? 0)', ')'],
  [
    'core/approval/reviews/count-approvals.ts',
    'unattributed !== null || hasUnknownPusher ? 1 : 0',
    'unattributed !== null ? 1 : 0',
  ],
  ['core/approval/reviews/count-approvals.ts', 'return asked + extraApprovals +', 'return asked +'],
  [
    'core/approval/reviews/count-approvals.ts',
    'if (fault !== null && approvers.approval.strict) {',
    'if (false) {',
  ],
  [
    'core/approval/reviews/count-approvals.ts',
    'eligibleAt: since ?? facts.now',
    'eligibleAt: facts.now',
  ],
  [
    'core/approval/reviews/count-approvals.ts',
    'each.review === review.id && each.reviewer.id === reviewer.id',
    'each.reviewer.id === reviewer.id',
  ],
  [
    'core/approval/reviews/count-approvals.ts',
    'headAge !== null && headAge < YOUNG_SECONDS',
    'headAge !== null && headAge <= YOUNG_SECONDS',
  ],

  // The verdict.
  [
    'core/approval/judge-approval.ts',
    'if (isHistoryRewrite(question.landing, facts))\n',
    'if (false)\n',
  ],
  ['core/approval/judge-approval.ts', 'stopped ??\n', ''],
  ['core/approval/judge-approval.ts', 'if (pull.isTooLarge) return', 'if (false) return'],
  ['core/approval/judge-approval.ts', 'if (differs !== null) return', 'if (false) return'],
  ['core/approval/judge-approval.ts', 'if (objection !== null) return', 'if (false) return'],
  [
    'core/approval/judge-approval.ts',
    'if (fault !== undefined) return refuse(fault, ...faults)\n  if (isHistory',
    'if (isHistory',
  ],
  [
    'core/approval/judge-approval.ts',
    'landing: wholeLanding(asked.landing, pull, facts)',
    'landing: asked.landing',
  ],
  [
    'core/approval/judge-approval.ts',
    'const strict = approvers.approval.strict\n',
    'const strict = false && approvers.approval.strict\n',
  ],
  [
    'core/approval/reviews/count-approvals.ts',
    'nearest, minimum, ...ruled]',
    'nearest, ...ruled, ...ruled]',
  ],
  ['core/approval/reviews/count-approvals.ts', 'nearest, minimum, ...ruled]', 'nearest, minimum]'],
  ['core/approval/reviews/count-approvals.ts', '[nearest, minimum', '[minimum, minimum'],
  ['core/approval/reviews/count-approvals.ts', 'lacks(each) < lacks(best) ? each : best', 'best'],
  [
    'core/approval/reviews/count-approvals.ts',
    'lacks(quorum) === 0',
    'quorum.counted.valid.length > 0',
  ],
  [
    'core/approval/judge-approval.ts',
    'each.eligibleAt < known.eligibleAt',
    'each.eligibleAt > known.eligibleAt',
  ],
  ['core/approval/judge-approval.ts', 'Math.max(by.required, minimum.required)', 'by.required'],
  [
    'core/approval/judge-approval.ts',
    'if (facts.branchRules === null) return refuse(unreadableRules())',
    '',
  ],
  [
    'core/approval/approval-refusal.ts',
    'if (has > 0 && contributors.unattributed !== null)',
    'if (contributors.unattributed !== null)',
  ],
  [
    'core/approval/merges/mixed-pull-request.ts',
    'before.every(base => stateAt',
    'before.some(base => stateAt',
  ],
  ['core/approval/merges/mixed-pull-request.ts', 'return now !== then && before', 'return before'],
  [
    'core/approval/merges/mixed-pull-request.ts',
    'if (pull.merged !== null && stateAt(landed, place, facts) !== then) return true',
    '',
  ],
  ['core/approval/merges/mixed-pull-request.ts', '.filter(([path]) => isDeciding(path))', ''],
  ['core/approval/merges/mixed-pull-request.ts', 'bases.length === 0 ? [null] : bases', 'bases'],
  [
    'core/approval/merges/mixed-pull-request.ts',
    'if (found === undefined) return `${GONE} ${commit}`',
    'if (found === undefined) return null',
  ],
  ['core/approval/fact-queries.ts', '...pull.commits.flatMap(commit => commit.parents),', ''],
  [
    'core/approval/fact-queries.ts',
    'unique([...asked, ...bases, ...shown])',
    'unique([...asked, ...bases])',
  ],
  ['core/approval/fact-queries.ts', '...pull.dismissals.map(({ by }) => by)', ''],

  // The trust root, and what is sealed.
  [
    'core/approval/trust-root.ts',
    'done(state, provedFiles(anchor.files, backgrounds))',
    'done(state, state.files)',
  ],
  ['core/approval/reviews/revoked-approvals.ts', 'other !== undefined &&', 'false &&'],
  [
    'core/approval/reviews/revoked-approvals.ts',
    'account, other.approvers, facts',
    'account, approvers, facts',
  ],
  ['workflows/prove/prove.ts', '...otherRules(then, fileOrigin, judging)', ''],
  ['workflows/prove/proved-chain.ts', '...otherRules(other, asked, judging),', ''],
  ['core/approval/trust-root.ts', 'files.delete(path)', ''],
  ['core/approval/trust-root.ts', 'files.set(path, proved.blob)', ''],
  ['core/approval/trust-root.ts', 'new Map([...files, ...before])', 'newest().files'],
  ['core/approval/trust-root.ts', 'canRule(next) ? next :', 'true ? next :'],
  [
    'core/approval/trust-root.ts',
    'prove(change, ruling(state), background)',
    'prove(change, state, background)',
  ],
  ['core/approval/trust-root.ts', 'path !== workflow', 'true'],
  [
    'core/approval/trust-root.ts',
    '[...older.files.keys(), ...newer.files.keys()]',
    '[...newer.files.keys()]',
  ],
  ['core/approval/configuration-digest.ts', '.toSorted(([a], [b]) => (a < b ? -1 : 1))', ''],
  [
    'core/approval/build-evidence.ts',
    'hasUnknownPusher: contributors.hasUnknownPusher',
    'hasUnknownPusher: false',
  ],
  [
    'core/approval/build-evidence.ts',
    'eligibleAt: eligibleAt.toISOString()',
    'eligibleAt: review.at.toISOString()',
  ],
  [
    'core/approval/approved-step.ts',
    'question.path === path && question.blob === blob',
    'question.path === path',
  ],
  [
    'core/approval/approved-step.ts',
    'if (!judged.ok) return judged\n  const meaning',
    'if (false) return judged\n  const meaning',
  ],

  // The story.
  [
    'workflows/prove/applied-history.ts',
    'branchLine(ancestry, tip, moves)',
    'branchLine(ancestry, tip, null)',
  ],
  [
    'workflows/prove/applied-history.ts',
    '|| !isAncestor(ancestry, frame.commit, repository.tip)',
    '',
  ],
  [
    'workflows/prove/applied-history.ts',
    'if (isNonEmpty(moved) && frame.isPast !== true)',
    'if (false)',
  ],
  ['workflows/prove/file-versions.ts', 'if (isChanged || dropped !== null)', 'if (isChanged)'],
  ['workflows/prove/applied-history.ts', 'return [...held, {', 'return [{'],
  ['workflows/prove/trusted-configuration.ts', 'if (hidden !== null) return refuse(hidden)', ''],
  ['workflows/prove/attributes-files.ts', 'attributesAbove(folder).map', '[ATTRIBUTES].map'],
  [
    'core/approval/visibility/hidden-diffs.ts',
    'FOLDERS.test(path) || VENDORED.test(path)',
    'FOLDERS.test(path)',
  ],
  [
    'core/approval/merges/merges-without-activity.ts',
    'return !before.includes(valueAt(commit))',
    'return false',
  ],
  [
    'core/approval/merges/merges-without-activity.ts',
    'Math.max(0, oldest',
    'Math.max(line.length, oldest',
  ],
  [
    'workflows/prove/requesters.ts',
    'people.size === 1 && unattributed === null',
    'unattributed === null',
  ],
  [
    'workflows/prove/requesters.ts',
    'people.size === 1 && unattributed === null &&',
    'people.size === 1 &&',
  ],
  [
    'workflows/prove/requesters.ts',
    'people.size === 1 && unattributed === null && !hasUnknownPusher',
    'people.size === 1 && unattributed === null',
  ],
  [
    'workflows/prove/requesters.ts',
    'author === undefined || others.length > 0 ? null : author',
    'author ?? null',
  ],
  [
    'workflows/prove/requesters.ts',
    'evidence === null || evidence.path !== path ||',
    'evidence === null ||',
  ],
  ['workflows/prove/requesters.ts', '|| evidence.blob !== blob) return null', ') return null'],
  [
    'workflows/prove/requesters.ts',
    'people.length === 1 && unattributed === null && !hasUnknownPusher',
    'unattributed === null && !hasUnknownPusher',
  ],
  [
    'workflows/prove/requesters.ts',
    'people.length === 1 && unattributed === null && !hasUnknownPusher',
    'people.length === 1 && !hasUnknownPusher',
  ],
  [
    'workflows/prove/requesters.ts',
    'people.length === 1 && unattributed === null && !hasUnknownPusher',
    'people.length === 1 && unattributed === null',
  ],
  [
    'workflows/prove/requesters.ts',
    'people.find(({ id }) => id === pullRequest.author?.id)',
    'people[0]',
  ],

  // Only what a review proved before is renewed.
  [
    'workflows/prove/step-question.ts',
    "isReviewed && recorded !== null ? 'renewal'",
    "isReviewed ? 'renewal'",
  ],
  [
    'workflows/prove/step-question.ts',
    "step.kind === 'renew' && step.current.proof.kind === 'review'",
    "step.kind === 'renew'",
  ],
]
