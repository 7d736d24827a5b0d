// Breaks of who made bytes that came again or came beside a pull request, and of what a reviewer saw of them. Each is one line: the file
// below src, the text that is there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const CARRIED = [
  // Bytes that commits before a force push brought already.
  [
    'core/approval/fact-queries.ts',
    '    ...replacedCommits(pull, before, branch).flatMap(id => branch.ancestry.get(id)?.parents ?? []),\n',
    '',
  ],

  // Bots and people who answer for a name in a message.
  [
    'core/approval/contributors/pull-contributors.ts',
    "role === 'coAuthor' ? !byPeople : !byBot",
    "role !== 'coAuthor' || !byPeople",
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'byBot: isOf(({ id }) => excused.has(id))',
    'byBot: false',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'byBot: isOf(({ id }) => excused.has(id))',
    'byBot: author !== null && excused.has(author.id)',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    "byPeople: isOf(({ type }) => type === 'User')",
    "byPeople: author?.type === 'User'",
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'pushed !== null &&\n    pushed.every(',
    '(pushed ?? []).every(',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    'account !== null && holds(account)',
    '(account === null || holds(account))',
  ],

  // What the record says of the same pull request, and what was not looked at.
  [
    'core/approval/contributors/contributors-since.ts',
    '      recordedReason(question, pull) ??\n',
    '',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    'recorded?.pullRequest.number === number ? recorded.unattributed : null',
    'recorded?.unattributed ?? null',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    "question.background.isCut === true ? 'made one of many earlier changes' : null",
    'null',
  ],

  // Earlier pull requests that GitHub does not list, or whose merge somebody pushed.
  ['core/approval/contributors/contributors-since.ts', '(isOfPull && isSigned &&', '(isSigned &&'],
  ['core/approval/contributors/contributors-since.ts', '(isOfPull && isSigned &&', '(isOfPull &&'],
  [
    'core/approval/contributors/contributors-since.ts',
    '&& movesTo(landing, facts).length === 0)',
    ')',
  ],
  ['core/approval/contributors/contributors-since.ts', 'isMergedByGithub(landing, facts) ||\n', ''],
  [
    'core/approval/contributors/contributors-since.ts',
    '...(isMerged ? [] : ',
    '...(isOfPull ? [] : ',
  ],
  [
    'core/approval/merges/merge-source.ts',
    'moves.every(isGithubMerge) && pullRequests',
    'pullRequests',
  ],
  [
    'core/approval/merges/merge-source.ts',
    'moves.every(isGithubMerge) && pullRequests',
    'moves.some(isGithubMerge) && pullRequests',
  ],
  ['core/approval/merges/merge-source.ts', ' && pullRequests.length > 0\n', '\n'],
  ['core/approval/merges/merge-source.ts', 'return moves.length > 0 && moves', 'return moves'],
  ['core/approval/merges/merge-source.ts', "kind === 'pullRequestMerge' ||", ''],
  ['core/approval/merges/merge-source.ts', "|| kind === 'mergeQueueMerge'", ''],
  [
    'core/approval/contributors/contributors-since.ts',
    'moves.filter(move => !isOfPull || !isGithubMerge(move))',
    'moves',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    'moves.filter(move => !isOfPull || !isGithubMerge(move))',
    'moves.filter(move => !isGithubMerge(move))',
  ],
  [
    'core/approval/merges/merge-source.ts',
    'move => own.includes(move) || isWithin(landing, move, ancestry)',
    'move => own.includes(move)',
  ],
  [
    'core/approval/merges/merge-source.ts',
    'move => own.includes(move) || isWithin(landing, move, ancestry)',
    'move => isWithin(landing, move, ancestry)',
  ],
  [
    'core/approval/merges/merge-source.ts',
    "ancestry.get(brought.at(-1) ?? '')?.parents[0] === move.before &&\n",
    'true &&\n',
  ],
  [
    'core/approval/merges/merge-source.ts',
    'id === commit && older[at] === before',
    'id === commit',
  ],
  [
    'core/approval/merges/merge-source.ts',
    'own.length > 0 || first === undefined ? own : [first]',
    'own',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    'facts.otherCommits.get(landing.commit)?.isSignedByGitHub === true',
    'false',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    'facts.otherCommits.get(landing.commit)?.isSignedByGitHub === true',
    'true',
  ],

  // Who made a commit that was pushed to the default branch.
  [
    'core/approval/merges/merge-source.ts',
    'first < line.lastIndexOf(commit)',
    'line.indexOf(commit) < line.lastIndexOf(commit)',
  ],
  ['core/approval/merges/merge-source.ts', 'first !== -1 && first <', 'first <'],
  ['core/approval/merges/merge-source.ts', 'line.findLastIndex((id', 'line.findIndex((id'],
  [
    'core/approval/merges/merge-source.ts',
    'line.findLastIndex((id, at) => id === commit && (line[at + 1] ?? null) === before)',
    'line.findLastIndex(id => id === commit)',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    'if (commit === undefined) return [unknown]',
    'if (commit === undefined) return []',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    'commit.parents.some(parent => blobAt',
    'commit.parents.every(parent => blobAt',
  ],
  [
    'workflows/prove/gather-facts.ts',
    '[commit, ...(ancestry.get(commit)?.parents ?? [])].map',
    '[commit].map',
  ],
  [
    'workflows/prove/gather-facts.ts',
    '[commit, ...(ancestry.get(commit)?.parents ?? [])].map',
    '(ancestry.get(commit)?.parents ?? []).map',
  ],

  // The commit that a review names is looked at too.
  [
    'core/approval/reviews/classify-reviews.ts',
    'new Set([...seen.heads, review.commit])',
    'new Set(seen.heads)',
  ],
  [
    'core/approval/reviews/classify-reviews.ts',
    'new Set([...seen.heads, review.commit])',
    'new Set([review.commit])',
  ],
  ['core/approval/fact-queries.ts', 'unique([...heads, review.commit])', 'heads'],

  // What GitHub showed.
  [
    'core/approval/visibility/shown-files.ts',
    "&& !(isSettled && fault[0] === 'APPROVAL_UNVERIFIABLE')) return fault",
    ') return fault',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    "isSettled && fault[0] === 'APPROVAL_UNVERIFIABLE'",
    'isSettled',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    "isSettled && fault[0] === 'APPROVAL_UNVERIFIABLE'",
    "fault[0] === 'APPROVAL_UNVERIFIABLE'",
  ],
  [
    'core/approval/visibility/diff-size-limits.ts',
    'size === null ? 0 : size.additions + size.deletions',
    '0',
  ],
  ['core/approval/visibility/shown-lines.ts', 'isMerged ? pull.size : null', 'pull.size'],
  [
    'core/approval/visibility/diff-size-limits.ts',
    'Math.max(listed + others, counted)',
    'listed + others',
  ],
  ['core/approval/visibility/diff-size-limits.ts', 'Math.max(listed + others, counted)', 'counted'],

  // Lines in the place of others.
  ['core/approval/visibility/shown-lines.ts', 'next?.added === true ? next.count : 0', '0'],
  ['core/approval/visibility/shown-lines.ts', 'if (count <= replaced) return', ''],
  [
    'core/approval/visibility/shown-lines.ts',
    'if (count <= replaced) return',
    'if (count < replaced) return',
  ],
  [
    'core/approval/visibility/shown-lines.ts',
    'if (count <= replaced) return',
    'if (replaced > 0) return',
  ],
  ['core/approval/visibility/shown-lines.ts', 'need(line + replaced)', 'need(line)'],
]
