// Breaks of how a file came to the default branch, and what a reviewer had in front of them. Each is one line: the file below src, the text that
// stands there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const HISTORY = [
  // The line of the default branch.
  ['approval/line.ts', 'id !== undefined && id !== until;', 'id !== undefined;'],
  [
    'approval/line.ts',
    '?.parents[0] === before ? since : [id]',
    '?.parents[0] === before ? since : since',
  ],
  ['approval/line.ts', '[before, after]), tip]', '[after]), tip]'],
  ['approval/line.ts', 'open.push(...commit.parents)', "open.push(commit.parents[0] ?? '')"],
  [
    'approval/line.ts',
    'const theirs = reachableFrom(ancestry, other)',
    'const theirs = new Set(firstParentLine(ancestry, other))',
  ],
  ['approval/line.ts', 'if (found.size < 2) return [...found]', 'return [...found]'],
  [
    'approval/line.ts',
    'newer !== base && isAncestor(ancestry, base, newer)',
    'newer !== base && isAncestor(ancestry, newer, base)',
  ],

  // What brought a file there.
  ['approval/landing.ts', 'merged !== null &&\n', 'true &&\n'],
  ['approval/landing.ts', 'base === facts.repository.defaultBranch &&', 'true &&'],
  ['approval/landing.ts', '!isBeside(landing, merged.commit, commits)', 'true'],
  ['approval/landing.ts', 'isOfMove(merged.commit, move, facts)', 'true'],
  [
    'approval/landing.ts',
    'if (parents.length !== 1) return false',
    'if (parents.length === 0) return false',
  ],
  ['approval/landing.ts', 'id !== undefined && left > 0;', 'id !== undefined;'],
  [
    'approval/landing.ts',
    'return commit !== merge && isOwn(commit) && !isOwn(merge)',
    'return commit !== merge && isOwn(commit)',
  ],
  ['approval/landing.ts', 'if (at !== line.lastIndexOf(commit)) return true', ''],
  [
    'approval/landing.ts',
    'return !goesOn && !isAncestor(ancestry, before, commit)',
    'return !goesOn',
  ],
  [
    'approval/landing.ts',
    'return !goesOn && !isAncestor(ancestry, before, commit)',
    'return false',
  ],
  ['approval/landing.ts', 'walk(move.before, null)', ''],
  ['approval/landing.ts', 'if (move === null) return true', 'if (move === null) return false'],
  ['approval/landing.ts', 'move.after === merge : ', 'true : '],
  ['approval/landing.ts', 'movedBy.get(merge) === move', 'true'],

  // What the reviewer had in front of them.
  ['approval/head.ts', 'push.at <= at && push.after !== null', 'push.after !== null'],
  [
    'approval/head.ts',
    'push.at <= at && push.after !== null',
    'push.at < at && push.after !== null',
  ],
  [
    'approval/head.ts',
    '...(before === undefined ? [] : [before]), ...meanwhile',
    '...(before === undefined ? [] : [before]), ...meanwhile.slice(-1)',
  ],
  [
    'approval/head.ts',
    'served.filter(({ at }) => at < review.at)',
    'served.filter(({ at }) => at <= review.at)',
  ],
  ['approval/head.ts', 'if (!mayHaveMoved(review, pull, seen))', 'if (true)'],
  ['approval/head.ts', 'next.isForced ? next.before : next.commit', 'next.commit'],
  ['approval/head.ts', 'way.push(commit.id)', ''],
  [
    'approval/head.ts',
    '({ at }) => at >= review.at)\n  const merges',
    '({ at }) => at > review.at)\n  const merges',
  ],
  ['approval/head.ts', 'return isForced || merges', 'return merges'],
  [
    'approval/head.ts',
    'isForced || merges.some(({ id }) => !seen.some(({ commit }) => commit === id))',
    'isForced',
  ],
  ['approval/head.ts', 'known.length === heads.length ? ', 'true ? '],

  // The default branch of then.
  ['approval/tips.ts', 'if (known !== null) return known', ''],
  ['approval/tips.ts', 'move.at < at).at(-1)', 'move.at <= at).at(-1)'],
  [
    'approval/tips.ts',
    'return [oldest, ...others',
    'return others.length > 0 ? others : [oldest, ...others',
  ],
  ['approval/tips.ts', '(oldest < newest ? line.length - 1 : oldest) + 1', 'newest + 1'],
  ['approval/tips.ts', '(oldest < newest ? line.length - 1 : oldest)', 'oldest'],
  ['approval/tips.ts', 'if (isSame(basesAt(newest), basesAt(oldest)))', 'if (true)'],
]
