// Drawn breaks that change nothing that anybody could see, each with the reason: file below src, the line, what it became, why.

/** @type {readonly (readonly [string, string, string, string])[]} */
export const EQUIVALENT = [
  [
    'core/approval/visibility/hiding-attributes.ts',
    "if (read === null) return 'maybe'",
    'if (read === null) return null',
    'its one caller asks for no and for yes, and takes everything else as maybe',
  ],
  [
    'core/approval/visibility/shown-lines.ts',
    'return [...open].toSorted((a, b) => a - b)',
    'return [...open]',
    'differences come in the order of the lines, and so do their numbers',
  ],
  [
    'core/approval/reviews/reviewed-head.ts',
    'const pushedAt = (meanwhile.at(-1) ?? last)?.at ?? null',
    'const pushedAt = (meanwhile.at(0) ?? last)?.at ?? null',
    'all of them fell into the second of the review',
  ],
  [
    'core/approval/merges/branch-tips.ts',
    'function isSame(one: readonly ObjectId[], other: readonly ObjectId[]): boolean {',
    'function isSame(one: readonly ObjectId[], other: readonly ObjectId[]): boolean { if (true) return false',
    'looks at each tip one by one, which finds the same merge bases',
  ],
  [
    'workflows/prove/moved-files.ts',
    'if (dropped !== null) found.set(path, dropped)',
    'if (true) found.set(path, dropped)',
    'its one caller takes null as absent',
  ],
  [
    'workflows/plan/changed-configuration.ts',
    'const single = [...objects].filter(([place]) => place !== POLICIES && places.includes(place))',
    'const single = [...objects]',
    'only files are asked for, and what else is watched are folders',
  ],
  [
    'workflows/prove/gather-facts.ts',
    'const beside = found.flatMap(commitsOf).filter(id => !traced.ancestry.has(id))',
    'const beside = found.flatMap(commitsOf)',
    'asks for commits that are known already, and gets the same answer',
  ],
  [
    'workflows/prove/requesters.ts',
    'if (pull.author === null) return null',
    'if (false) return null',
    'a pull request whose author is gone has a part that no person stands behind, so nobody is its sole author',
  ],
  [
    'core/approval/contributors/proposed-changes.ts',
    'other !== number &&',
    '',
    'a commit below a landing came by an earlier move, which did not end with the head of the same pull request',
  ],
]
