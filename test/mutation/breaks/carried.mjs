// Breaks of who made bytes that came again or came beside a pull request, and of what a reviewer saw of them. Each is one line: the file
// below src, the text that is there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const CARRIED = [
  // Bytes that commits before a force push brought already.
  ['approval/contributors.ts', 'pushed === null ? () => null : carriedOver', 'carriedOver'],
  ['approval/contributors.ts', 'handsOf(commit, origins !== null)', 'handsOf(commit)'],
  ['approval/contributors.ts', ', ...(origins ?? []).flatMap(knownHands)]', ']'],
  [
    'approval/contributors.ts',
    '(origins ?? []).flatMap(knownHands)',
    '(origins ?? []).flatMap(each => handsOf(each))',
  ],
  ['approval/contributors.ts', 'ids.length === 0 || known.includes(undefined)', 'ids.length === 0'],
  [
    'approval/contributors.ts',
    'ids.length === 0 || known.includes(undefined)',
    'known.includes(undefined)',
  ],
  ['approval/contributors.ts', '.filter(other => proposed(other)?.blob === blob)', ''],
  [
    'approval/contributors.ts',
    'commit !== undefined).filter(commit => changes(commit, proposed))',
    'commit !== undefined)',
  ],
  [
    'approval/needs.ts',
    '    ...replacedCommits(pull, before, branch).flatMap(id => branch.ancestry.get(id)?.parents ?? []),\n',
    '',
  ],
  [
    'flow/gather.ts',
    '    ...asked.flatMap(({ trail, pull }) => replacedCommits(pull, trail.landing.before, branch)),\n',
    '',
  ],

  // Bots and people who answer for a name in a message.
  [
    'approval/contributors.ts',
    "role === 'coAuthor' ? !byPeople : !byBot",
    "role !== 'coAuthor' || !byPeople",
  ],
  ['approval/contributors.ts', 'byBot: isOf(({ id }) => excused.has(id))', 'byBot: false'],
  [
    'approval/contributors.ts',
    'byBot: isOf(({ id }) => excused.has(id))',
    'byBot: author !== null && excused.has(author.id)',
  ],
  [
    'approval/contributors.ts',
    "byPeople: isOf(({ type }) => type === 'User')",
    "byPeople: author?.type === 'User'",
  ],
  ['approval/contributors.ts', 'pushed !== null &&\n    pushed.every(', '(pushed ?? []).every('],
  [
    'approval/contributors.ts',
    'account !== null && holds(account)',
    '(account === null || holds(account))',
  ],

  // What the record says of the same pull request, and what was not looked at.
  ['approval/contributors-since.ts', '      recordedReason(question, pull) ??\n', ''],
  [
    'approval/contributors-since.ts',
    'earlier?.pullRequest.number === number ? earlier.unattributed : null',
    'earlier?.unattributed ?? null',
  ],
  [
    'approval/contributors-since.ts',
    "question.background?.isCut === true ? 'made one of many earlier changes' : null",
    'null',
  ],

  // Earlier pull requests that GitHub does not list, or whose merge somebody pushed.
  [
    'approval/contributors-since.ts',
    'pull.isTooLarge ? unlisted(pull) : contributors(',
    'contributors(',
  ],
  ['approval/contributors-since.ts', 'people: peopleIn([opened])', 'people: new Map()'],
  [
    'approval/contributors-since.ts',
    'unattributed: `wrote what came with #${number}, which is too large to be listed`',
    'unattributed: null',
  ],
  ['approval/contributors-since.ts', '(isOfPull && isSigned &&', '(isSigned &&'],
  ['approval/contributors-since.ts', '(isOfPull && isSigned &&', '(isOfPull &&'],
  ['approval/contributors-since.ts', '&& movesTo(landing, facts).length === 0)', ')'],
  ['approval/contributors-since.ts', 'isMergedByGithub(landing, facts) ||\n', ''],
  ['approval/contributors-since.ts', '...(isMerged ? [] : ', '...(isOfPull ? [] : '],
  ['approval/landing.ts', 'moves.every(isMerge) && pullRequests', 'pullRequests'],
  [
    'approval/landing.ts',
    'moves.every(isMerge) && pullRequests',
    'moves.some(isMerge) && pullRequests',
  ],
  ['approval/landing.ts', ' && pullRequests.length > 0\n', '\n'],
  ['approval/landing.ts', 'return moves.length > 0 && moves', 'return moves'],
  ['approval/landing.ts', "kind === 'pullRequestMerge' ||", ''],
  ['approval/landing.ts', "|| kind === 'mergeQueueMerge'", ''],
  ['approval/contributors-since.ts', 'moves.filter(move => !isOfPull || !isMerge(move))', 'moves'],
  [
    'approval/contributors-since.ts',
    'moves.filter(move => !isOfPull || !isMerge(move))',
    'moves.filter(move => !isMerge(move))',
  ],
  [
    'approval/landing.ts',
    'move => own.includes(move) || isWithin(landing, move, ancestry)',
    'move => own.includes(move)',
  ],
  [
    'approval/landing.ts',
    'move => own.includes(move) || isWithin(landing, move, ancestry)',
    'move => isWithin(landing, move, ancestry)',
  ],
  [
    'approval/landing.ts',
    "ancestry.get(brought.at(-1) ?? '')?.parents[0] === move.before &&\n",
    'true &&\n',
  ],
  ['approval/landing.ts', 'id === commit && older[at] === before', 'id === commit'],
  ['approval/landing.ts', 'own.length > 0 || first === undefined ? own : [first]', 'own'],
  [
    'approval/contributors-since.ts',
    'facts.otherCommits.get(landing.commit)?.isSignedByGitHub === true',
    'false',
  ],
  [
    'approval/contributors-since.ts',
    'facts.otherCommits.get(landing.commit)?.isSignedByGitHub === true',
    'true',
  ],

  // Who made a commit that was pushed to the default branch.
  [
    'approval/landing.ts',
    'first < line.lastIndexOf(commit)',
    'line.indexOf(commit) < line.lastIndexOf(commit)',
  ],
  ['approval/landing.ts', 'first !== -1 && first <', 'first <'],
  ['approval/landing.ts', 'line.findLastIndex((id', 'line.findIndex((id'],
  [
    'approval/landing.ts',
    'line.findLastIndex((id, at) => id === commit && (line[at + 1] ?? null) === before)',
    'line.findLastIndex(id => id === commit)',
  ],
  [
    'approval/contributors-since.ts',
    'if (commit === undefined) return [unknown]',
    'if (commit === undefined) return []',
  ],
  ['approval/contributors-since.ts', 'isTaken && !isOfPull ?', 'isTaken ?'],
  ['approval/contributors-since.ts', 'isTaken && !isOfPull ?', '!isOfPull ?'],
  [
    'approval/contributors-since.ts',
    'commit.parents.some(parent => blobAt',
    'commit.parents.every(parent => blobAt',
  ],
  ['approval/contributors-since.ts', '[...handsOf(commit), unknown]', '[unknown]'],
  ['flow/gather.ts', '    ...pushed.map(({ landing }) => landing.commit),\n', ''],
  ['flow/gather.ts', '[commit, ...(ancestry.get(commit)?.parents ?? [])].map', '[commit].map'],
  [
    'flow/gather.ts',
    '[commit, ...(ancestry.get(commit)?.parents ?? [])].map',
    '(ancestry.get(commit)?.parents ?? []).map',
  ],

  // The commit that a review names is looked at too.
  ['approval/reviews.ts', 'new Set([...seen.heads, review.commit])', 'new Set(seen.heads)'],
  ['approval/reviews.ts', 'new Set([...seen.heads, review.commit])', 'new Set([review.commit])'],
  ['approval/needs.ts', 'unique([...heads, review.commit])', 'heads'],

  // What GitHub showed.
  ['approval/shown.ts', 'if (bases.length === 0 && background !== null)', 'if (false)'],
  [
    'approval/shown.ts',
    'if (bases.length === 0 && background !== null)',
    'if (bases.length === 0)',
  ],
  [
    'approval/shown.ts',
    'if (background === null) continue',
    'if (background === null) return null',
  ],
  [
    'approval/shown.ts',
    "&& !(isSettled && fault[0] === 'APPROVAL_UNVERIFIABLE')) return fault",
    ') return fault',
  ],
  ['approval/shown.ts', "isSettled && fault[0] === 'APPROVAL_UNVERIFIABLE'", 'isSettled'],
  [
    'approval/shown.ts',
    "isSettled && fault[0] === 'APPROVAL_UNVERIFIABLE'",
    "fault[0] === 'APPROVAL_UNVERIFIABLE'",
  ],
  ['approval/shown-lines.ts', 'head === now.commit ? size.additions + size.deletions : 0', '0'],
  [
    'approval/shown-lines.ts',
    'head === now.commit ? size.additions + size.deletions : 0',
    'size.additions + size.deletions',
  ],
  ['approval/shown-lines.ts', 'Math.max(listed, counted)', 'listed'],
  ['approval/shown-lines.ts', 'Math.max(listed, counted)', 'counted'],

  // Lines in the place of others.
  ['approval/coverage.ts', 'next?.added === true ? next.count : 0', '0'],
  ['approval/coverage.ts', 'if (count <= replaced) return', ''],
  ['approval/coverage.ts', 'if (count <= replaced) return', 'if (count < replaced) return'],
  ['approval/coverage.ts', 'if (count <= replaced) return', 'if (replaced > 0) return'],
  ['approval/coverage.ts', 'need(line + replaced)', 'need(line)'],
]
