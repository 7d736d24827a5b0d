// Breaks of how a file came to the default branch, and what a reviewer had in front of them. Each is one line: the file below src, the text that
// stands there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const HISTORY = [
  // The line of the default branch.
  [
    'core/approval/merges/branch-history.ts',
    'id !== undefined && id !== until &&',
    'id !== undefined &&',
  ],
  [
    'core/approval/merges/branch-history.ts',
    '?.parents[0] === before ? since : [id]',
    '?.parents[0] === before ? since : since',
  ],
  ['core/approval/merges/branch-history.ts', '[before, after]), tip]', '[after]), tip]'],
  [
    'core/approval/merges/branch-history.ts',
    'open.push(...commit.parents)',
    "open.push(commit.parents[0] ?? '')",
  ],
  [
    'core/approval/merges/branch-history.ts',
    'const theirs = ancestorsOf(ancestry, other)',
    'const theirs = new Set(firstParentLine(ancestry, other))',
  ],
  ['core/approval/merges/branch-history.ts', 'until && line.length < length', 'until'],
  ['core/approval/merges/branch-history.ts', '?? 0) <= lowest)', '?? 0) <= lowest + 1)'],
  ['core/approval/merges/branch-history.ts', '1 + Math.max(0, ', '1 + Math.min(9, '],
  ['core/approval/merges/branch-history.ts', 'open = older\n', ''],
  [
    'core/approval/merges/branch-history.ts',
    'if (found.size < 2) return [...found]',
    'return [...found]',
  ],
  [
    'core/approval/merges/branch-history.ts',
    'newer !== base && isAncestor(ancestry, base, newer)',
    'newer !== base && isAncestor(ancestry, newer, base)',
  ],

  // What mergeSource a file there.
  ['core/approval/merges/merge-source.ts', 'merged !== null &&\n', 'true &&\n'],
  ['core/approval/merges/merge-source.ts', 'base === facts.repository.defaultBranch &&', 'true &&'],
  ['core/approval/merges/merge-source.ts', '!isBeside(landing, merged.commit, commits)', 'true'],
  ['core/approval/merges/merge-source.ts', 'isOfMove(merged.commit, move, facts)', 'true'],
  [
    'core/approval/merges/merge-source.ts',
    'if (parents.length !== 1) return false',
    'if (parents.length === 0) return false',
  ],
  ['core/approval/merges/merge-source.ts', 'id !== undefined && left > 0;', 'id !== undefined;'],
  [
    'core/approval/merges/merge-source.ts',
    'return commit !== merge && isOwn(commit) && !isOwn(merge)',
    'return commit !== merge && isOwn(commit)',
  ],
  ['core/approval/merges/merge-source.ts', 'if (at !== line.lastIndexOf(commit)) return true', ''],
  [
    'core/approval/merges/merge-source.ts',
    'return !goesOn && !isAncestor(ancestry, before, commit)',
    'return !goesOn',
  ],
  [
    'core/approval/merges/merge-source.ts',
    'return !goesOn && !isAncestor(ancestry, before, commit)',
    'return false',
  ],
  ['core/approval/merges/merge-source.ts', 'walk(move.before, null)', ''],
  [
    'core/approval/merges/merge-source.ts',
    'if (move === null) return true',
    'if (move === null) return false',
  ],
  ['core/approval/merges/merge-source.ts', 'move.after === merge : ', 'true : '],
  ['core/approval/merges/merge-source.ts', 'movedBy.get(merge) === move', 'true'],

  // What the reviewer had in front of them.
  [
    'core/approval/reviews/reviewed-head.ts',
    'push.at <= at && push.after !== null',
    'push.after !== null',
  ],
  [
    'core/approval/reviews/reviewed-head.ts',
    'push.at <= at && push.after !== null',
    'push.at < at && push.after !== null',
  ],
  [
    'core/approval/reviews/reviewed-head.ts',
    '...(before === undefined ? [] : [before]), ...meanwhile',
    '...(before === undefined ? [] : [before]), ...meanwhile.slice(-1)',
  ],
  [
    'core/approval/reviews/reviewed-head.ts',
    'served.filter(({ at }) => at < review.at)',
    'served.filter(({ at }) => at <= review.at)',
  ],
  [
    'core/approval/reviews/reviewed-head.ts',
    'if (!mayHaveMoved(review, pull, reported))',
    'if (true)',
  ],
  ['core/approval/reviews/reviewed-head.ts', '!containedIn(commit, pull).has(reported)', 'false'],
  ['core/approval/reviews/reviewed-head.ts', 'seen[other + 1]', 'seen[0]'],
  [
    'core/approval/reviews/reviewed-head.ts',
    'next.isForced ? next.before : next.commit',
    'next.commit',
  ],
  ['core/approval/reviews/reviewed-head.ts', 'if (!reached.has(older)) return null', ''],
  [
    'core/approval/reviews/reviewed-head.ts',
    'filter(id => !before.has(id))',
    'filter(() => false)',
  ],
  [
    'core/approval/reviews/reviewed-head.ts',
    'for (const parent of parentsOf.get(id) ?? [])',
    'for (const parent of (parentsOf.get(id) ?? []).slice(0, 1))',
  ],
  [
    'core/approval/reviews/reviewed-head.ts',
    '({ at }) => at >= review.at)\n  const seen',
    '({ at }) => at > review.at)\n  const seen',
  ],
  ['core/approval/reviews/reviewed-head.ts', 'return isForced || pull', 'return pull'],
  [
    'core/approval/reviews/reviewed-head.ts',
    'isForced || pull.commits.some(({ id, parents }) => parents.length > 1 && !seen.has(id))',
    'isForced',
  ],
  ['core/approval/reviews/reviewed-head.ts', 'known.length === heads.length ? ', 'true ? '],

  // The default branch of then.
  ['core/approval/merges/branch-tips.ts', 'if (known !== null) return known', ''],
  ['core/approval/merges/branch-tips.ts', '({ at }) => at < from', '({ at }) => at <= from'],
  ['core/approval/merges/branch-tips.ts', 'earliest <= to', 'at <= to'],
  [
    'core/approval/merges/branch-tips.ts',
    'return [oldest, ...others',
    'return others.length > 0 ? others : [oldest, ...others',
  ],
  [
    'core/approval/merges/branch-tips.ts',
    '(oldest < newest ? line.length - 1 : oldest) + 1',
    'newest + 1',
  ],
  ['core/approval/merges/branch-tips.ts', '(oldest < newest ? line.length - 1 : oldest)', 'oldest'],
  [
    'core/approval/merges/branch-tips.ts',
    'if (isSame(basesAt(newest), basesAt(oldest)))',
    'if (true)',
  ],
]
