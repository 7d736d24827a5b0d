// Breaks of what the review saw: its base is that of the merge, and a pull request is judged whole. Each is one line: the file below src,
// the text that stands there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const WHOLE = [
  [
    'core/approval/visibility/reviewed-base.ts',
    'one.get(each) !== other.get(each) && (moved.includes(each) || holdsName(each))',
    'one.get(each) !== other.get(each) && holdsName(each)',
  ],
  [
    'core/approval/visibility/reviewed-base.ts',
    'one.get(each) !== other.get(each) && (moved.includes(each) || holdsName(each))',
    'one.get(each) !== other.get(each) && moved.includes(each)',
  ],
  ['core/approval/visibility/reviewed-base.ts', 'shown?.previousPath ?? path', 'path'],
  [
    'core/approval/visibility/reviewed-base.ts',
    'isSame(base, below) && isSame(head, landing.commit)',
    'isSame(base, below)',
  ],
  [
    'core/approval/visibility/reviewed-base.ts',
    'isSame(base, below) && isSame(head, landing.commit)',
    'isSame(head, landing.commit)',
  ],
  [
    'core/approval/visibility/reviewed-base.ts',
    'paths.find(isOther(atBase, atBelow))',
    'undefined',
  ],
  [
    'core/approval/visibility/reviewed-base.ts',
    'paths.find(isOther(atHead, atLanding))',
    'undefined',
  ],
  [
    'core/approval/visibility/reviewed-base.ts',
    '[atBase, atBelow, atHead].some',
    '[atBelow, atHead].some',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    ' ??\n        otherBase({ base, head }, question, facts)',
    '',
  ],
  ['core/approval/merges/merged-range.ts', 'movedBy.get(id) === move &&', 'true &&'],
  ['core/approval/merges/merged-range.ts', 'below !== null && !old.has(below)', 'below !== null'],
  ['core/approval/visibility/reviewed-base.ts', 'isWhole ? belowStack', 'true ? belowStack'],
  ['core/approval/visibility/reviewed-base.ts', "shown?.status === 'added' || ", ''],
  ['core/approval/visibility/reviewed-base.ts', " || shown?.status === 'removed'", ''],
  ['core/approval/merges/merged-range.ts', 'pull.commits.some(each => each.id === id) ||', ''],
  [
    'core/approval/merges/merged-range.ts',
    'facts.linked.get(id)?.includes(pull.number) === true',
    'true',
  ],
  [
    'core/approval/merges/merged-range.ts',
    'while (isOwn(line[below]) && isChild(below - 1) && !isEnd(line[below])) below += 1',
    '',
  ],
  [
    'core/approval/merges/merged-range.ts',
    'while (isOwn(line[top - 1]) && isChild(top - 1)) top -= 1',
    '',
  ],
  [
    'core/approval/merges/merged-range.ts',
    'if (heads === undefined || heads.length === 0 || !heads.every(each => held.has(each))) break',
    'break',
  ],
  [
    'core/approval/merges/merged-range.ts',
    'if (heads === undefined || heads.length === 0 || !heads.every(each => held.has(each))) break',
    '',
  ],
  [
    'core/approval/contributors/contributors.ts',
    'base === facts.repository.defaultBranch && createdAt <= until',
    'createdAt <= until',
  ],
  [
    'core/approval/contributors/contributors.ts',
    'base === facts.repository.defaultBranch && createdAt <= until',
    'base === facts.repository.defaultBranch',
  ],
  ['core/approval/contributors/contributors.ts', 'held.has(other.merged.commit)', 'false'],
  ['core/approval/contributors/contributors.ts', 'held.has(other.merged.commit)', 'true'],
  ['core/approval/contributors/contributors.ts', 'other.merged.at <= until &&', ''],
  [
    'core/approval/contributors/contributors.ts',
    'other.base !== facts.repository.defaultBranch &&',
    '',
  ],
  [
    'core/approval/contributors/contributors.ts',
    '[origin.landing.commit, ...own.flatMap(each => changingCommits(each, proposed))]',
    '[landing.commit]',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    '!isGithubMerge(push) || mergedBy(push, facts).length === 0',
    'true',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    '!isGithubMerge(push) || mergedBy(push, facts).length === 0',
    '!isGithubMerge(push)',
  ],
  ['core/approval/reviews/classify-reviews.ts', '?? hands.twins.get(reviewer.id)', ''],
  [
    'core/approval/reviews/code-owners.ts',
    'reach === null || matchesAnyGlob(reach, path)',
    'reach !== null && matchesAnyGlob(reach, path)',
  ],
  [
    'core/approval/reviews/code-owners.ts',
    'reach === null || matchesAnyGlob(reach, path)',
    'reach === null',
  ],
  [
    'core/approval/reviews/code-owners.ts',
    'folder === undefined ? null : [`${folder}/**`]',
    '[`${folder}/**`]',
  ],
  ['core/approval/required-rules.ts', 'isAsked && codeOwners !== null', 'codeOwners !== null'],
  [
    'core/approval/required-rules.ts',
    'rules.some(rule => rule.codeOwners)',
    'rules.every(rule => rule.codeOwners)',
  ],
  [
    'domain/proof/git-history.ts',
    "mode.startsWith('100') || mode === TREE_MODE ? blob : `${mode} ${blob}`",
    'blob',
  ],
  ['workflows/prove/applied-history.ts', '.filter(([path]) => isDeciding(path))', ''],
  [
    'workflows/prove/gather-facts.ts',
    ': rebasedCommits(pull, traced).filter(id => !linked.has(id))',
    ': []',
  ],
  [
    'core/approval/visibility/shown-lines.ts',
    'const isSeen = diff.files.some(',
    'const isSeen = diff.files.every(',
  ],
  // What attacks on the proof found.
  ['core/approval/merges/merged-range.ts', '!heads.every(each', '!heads.some(each'],
  [
    'core/approval/contributors/contributors.ts',
    '.flatMap(each => openedAndPushed(each, proposed, until))',
    '.flatMap(() => [])',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'push => push.at <= until && isChange(push, proposed)',
    'push => isChange(push, proposed)',
  ],
  [
    'core/approval/judge-approval.ts',
    'unreadableOwners(question.rulePath, rules, approvers)',
    'unreadableOwners(question.path, rules, approvers)',
  ],
  [
    'core/approval/visibility/diff-size-limits.ts',
    'head === now.commit ? undefined : files.find(isUncounted)',
    'undefined as ShownFile | undefined',
  ],
  ['core/approval/visibility/diff-size-limits.ts', '!isSame && patch === null', 'patch === null'],
  [
    'core/approval/reviews/classify-reviews.ts',
    "if (repository.visibility === 'public') return []",
    'return []',
  ],
  [
    'core/approval/reviews/classify-reviews.ts',
    "if (repository.visibility === 'public') return []",
    '',
  ],
]
