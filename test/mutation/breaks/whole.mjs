// Breaks of what the review saw: its base is that of the merge, and a pull request is judged whole. Each is one line: the file below src,
// the text that stands there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const WHOLE = [
  [
    'core/approval/visibility/shown-files.ts',
    '(moved.includes(path) || isNamesake(path))',
    'isNamesake(path)',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    '(moved.includes(path) || isNamesake(path))',
    'moved.includes(path)',
  ],
  ['core/approval/visibility/shown-files.ts', 'shown?.previousPath ?? path', 'path'],
  ['core/approval/visibility/shown-files.ts', 'shown?.path ?? path', 'path'],
  [
    'core/approval/visibility/shown-files.ts',
    'const replaced = otherPath(base, below)',
    'const replaced = null as string | null | undefined',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    'const landed = otherPath(head, landing.commit)',
    'const landed = null as string | null | undefined',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    '[one, other, base, head].map',
    '[one, other, head].map',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    ' ??\n        otherBase({ base, head }, question, facts)',
    '',
  ],
  ['core/approval/merges/merged-range.ts', 'movedBy.get(id) === move &&', 'true &&'],
  ['core/approval/merges/merged-range.ts', 'below !== null && !old.has(below)', 'below !== null'],
  [
    'core/approval/visibility/shown-files.ts',
    'isWhole && !isSame(base, landing.before)',
    '!isSame(base, landing.before)',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    'isWhole && !isSame(base, landing.before)',
    'isWhole',
  ],
  ['core/approval/visibility/shown-files.ts', "shown?.status === 'added' || ", ''],
  ['core/approval/visibility/shown-files.ts', " || shown?.status === 'removed'", ''],
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
    'members.every(ids => ids.some(id => held.has(id) && isSame(id, commit)))',
    'false',
  ],
  ['core/approval/merges/merged-range.ts', 'held.has(id) && isSame(id, commit)', 'held.has(id)'],
  [
    'core/approval/merges/merged-range.ts',
    'held.has(id) && isSame(id, commit)',
    'isSame(id, commit)',
  ],
  ['core/approval/merges/merged-range.ts', 'isMember && !isMixed(commit, lower)', 'isMember'],
  ['core/approval/merges/merged-range.ts', 'if (isSame(commit, next)) below', 'if (false) below'],
  ['workflows/prove/applied-history.ts', 'numbers.filter(each => into.includes(each))', 'numbers'],
  ['core/approval/merges/merged-range.ts', 'first === next && second', 'second'],
  ['workflows/prove/namesakes.ts', 'blob ?? (landing', '(landing'],
  ['core/approval/contributors/landing-contributors.ts', 'other.merged.at <= until &&', ''],
  [
    'core/approval/contributors/landing-contributors.ts',
    'other.base !== facts.repository.defaultBranch &&',
    '',
  ],
  [
    'core/approval/reviews/classify-reviews.ts',
    '?? contributors.otherPullPeople.get(reviewer.id)',
    '',
  ],
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
  ['core/approval/merges/merged-range.ts', 'members.every(ids', 'members.some(ids'],
  [
    'core/approval/judge-approval.ts',
    'unreadableOwners(question.rulePath, rules, approvers)',
    'unreadableOwners(question.path, rules, approvers)',
  ],
  [
    'core/approval/visibility/diff-size-limits.ts',
    'Math.max(listed + others, counted)',
    'Math.max(listed, counted)',
  ],
  ['core/approval/visibility/diff-size-limits.ts', 'before === after && before !== GONE', 'false'],
  [
    'core/approval/visibility/diff-size-limits.ts',
    'if (!was || !is) return null',
    'if (!was || !is) return NOTHING',
  ],
  [
    'core/approval/visibility/diff-size-limits.ts',
    '(sum, each) => sum + (each?.bytes ?? 0)',
    'sum => sum',
  ],
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
