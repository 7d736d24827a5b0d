// Breaks of what a reviewer was shown: lines, patches, limits, names, renames, and what GitHub is asked. Each is one line: the file below src, the text
// that is there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const SHOWN = [
  // Which lines an approval has to cover.
  ['core/approval/visibility/shown-lines.ts', 'line >= 0 && line < lines.length', 'line >= 0'],
  ['core/approval/visibility/shown-lines.ts', 'need(line - 1)\n', ''],
  ['core/approval/visibility/shown-lines.ts', '      need(line + replaced)\n', ''],
  ['core/approval/visibility/shown-lines.ts', 'if (proved === null) {', 'if (false) {'],
  [
    'core/approval/visibility/shown-lines.ts',
    'return uncoveredLines(null, text, isShown)',
    'return []',
  ],
  ['core/approval/visibility/shown-lines.ts', 'isShown[line] !== true', 'isShown[line] === false'],
  ['core/approval/visibility/shown-lines.ts', 'each < line + count', 'each < line + 1'],
  ['core/approval/visibility/shown-lines.ts', 'line += count', 'line += 1'],
  ['core/approval/visibility/shown-lines.ts', 'if (added) for', 'if (!added) for'],
  ['core/approval/visibility/shown-lines.ts', '      return\n', ''],

  // Patches.
  ['core/approval/visibility/patch-hunks.ts', 'if (fresh[line] !== text) return null', ''],
  [
    'core/approval/visibility/patch-hunks.ts',
    "if (mark !== '+' && old[read++] !== text) return null",
    "if (mark !== '+') read += 1",
  ],
  ['core/approval/visibility/patch-hunks.ts', 'return isSame\n', 'return true\n'],
  ['core/approval/visibility/patch-hunks.ts', 'isSameUntil(old.length) && line', 'line'],
  ['core/approval/visibility/patch-hunks.ts', '&& line === fresh.length ?', '?'],
  [
    'core/approval/visibility/patch-hunks.ts',
    'until < read || until > old.length',
    'until > old.length',
  ],
  ['core/approval/visibility/patch-hunks.ts', "oldCount === '0' ? 0 : 1", '1'],
  [
    'core/approval/visibility/patch-hunks.ts',
    'if (start === undefined) return null',
    'if (start === undefined) break',
  ],
  [
    'core/approval/visibility/patch-hunks.ts',
    'if (read !== oldEnd || line !== newEnd) return null',
    '',
  ],
  [
    'core/approval/visibility/patch-hunks.ts',
    'if (read !== oldEnd || line !== newEnd)',
    'if (line !== newEnd)',
  ],
  ['core/approval/visibility/patch-hunks.ts', "newCount = '1'", "newCount = '0'"],
  ['core/approval/visibility/patch-hunks.ts', "oldCount = '1'", "oldCount = '0'"],
  ['core/approval/visibility/patch-hunks.ts', 'Number(start) - (', 'Number(start) + 0 * ('],
  ['core/approval/visibility/patch-hunks.ts', "if (mark === '-') continue", ''],
  ['core/approval/visibility/patch-hunks.ts', "isLast ? '' : '\\n'", "'\\n'"],
  ['core/approval/visibility/patch-hunks.ts', 'if (isLast) at += 1', ''],
  ['core/approval/visibility/patch-hunks.ts', "&& mark !== ' '", ''],
  ['core/approval/visibility/patch-hunks.ts', 'text.split(/(?<=\\n)/)', "text.split('\\n')"],

  // What GitHub loads by itself.
  ['core/approval/visibility/diff-size-limits.ts', 'FILE_LINES = 400', 'FILE_LINES = 401'],
  ['core/approval/visibility/diff-size-limits.ts', 'FILE_LINES = 400', 'FILE_LINES = 399'],
  ['core/approval/visibility/diff-size-limits.ts', 'lines > FILE_LINES ||', ''],
  ['core/approval/visibility/diff-size-limits.ts', '|| bytes > FILE_BYTES', ''],
  ['core/approval/visibility/diff-size-limits.ts', 'allLines > ALL_LINES ||', ''],
  ['core/approval/visibility/diff-size-limits.ts', '|| allBytes > ALL_BYTES', ''],
  [
    'core/approval/visibility/diff-size-limits.ts',
    'sum + additions + deletions',
    'sum + additions',
  ],
  [
    'core/approval/visibility/diff-size-limits.ts',
    'sum + additions + deletions',
    'sum + deletions',
  ],
  ['core/approval/visibility/shown-lines.ts', 'if (folded !== null) return folded', ''],

  // Whether the lines cover the file.
  [
    'core/approval/visibility/shown-lines.ts',
    'if (diff === null) return unverifiable',
    'if (false) return unverifiable',
  ],
  [
    'core/approval/visibility/shown-lines.ts',
    'if (file === undefined) return notInDiff(question, pair, diff)',
    'if (file === undefined) return null',
  ],
  [
    'core/approval/visibility/shown-lines.ts',
    "patch === null && status === 'renamed' && base === blob",
    "patch === null && status === 'renamed'",
  ],
  [
    'core/approval/visibility/shown-lines.ts',
    "patch === null && status === 'renamed' && base === blob",
    'patch === null',
  ],
  [
    'core/approval/visibility/shown-lines.ts',
    '? linesWithEnds(text).map(() => false)',
    '? linesWithEnds(text).map(() => true)',
  ],
  [
    'core/approval/visibility/shown-lines.ts',
    ' && proved.blob === base) return null',
    ') return null',
  ],
  [
    'core/approval/visibility/shown-lines.ts',
    "status === 'added' ? null : facts.fileAt",
    'facts.fileAt',
  ],
  ['core/approval/visibility/shown-lines.ts', 'previousPath ?? path', 'path'],
  ['core/approval/visibility/shown-lines.ts', 'moved ?? background.proved', 'moved'],
  ['core/approval/visibility/shown-lines.ts', 'moved ?? background.proved', 'background.proved'],
  [
    'core/approval/visibility/shown-lines.ts',
    'if (open.length === 0) return null',
    'if (open.length < 2) return null',
  ],
  ['core/approval/visibility/shown-lines.ts', "status !== 'renamed' || (proved", '(proved'],
  [
    'core/approval/visibility/shown-lines.ts',
    'renamedFrom?.find(({ path }) => path === previousPath) ?? null',
    'renamedFrom?.[0] ?? null',
  ],
  [
    'core/approval/visibility/shown-lines.ts',
    "(path === question.path && status === 'removed') ||",
    '(path === question.path) ||',
  ],
  [
    'core/approval/visibility/shown-lines.ts',
    "(previousPath === question.path && status === 'renamed')",
    'false',
  ],
  [
    'core/approval/visibility/shown-lines.ts',
    'if (blob === null) return removalFault(diff, question, pair)',
    'if (blob === null) return null',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    'each.base === base && each.head === head',
    'each.head === head',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    'each.base === base && each.head === head',
    'each.base === base',
  ],
  [
    'core/approval/visibility/shown-files.ts',
    "if (fault !== null && !(isSettled && fault[0] === 'APPROVAL_UNVERIFIABLE')) return fault",
    '',
  ],
  ['core/approval/reviews/classify-reviews.ts', 'known.bases.map(', '[].map('],
  ['core/approval/visibility/shown-files.ts', 'if (bases.length === 0)', 'if (false)'],
  ['core/approval/visibility/folded-change.ts', '(isNamedFreely(path, places) ?', '(true ?'],
  ['core/approval/build-evidence.ts', '    rules,\n    bases,', '    rules,'],
  ['core/approval/build-evidence.ts', '    rules,\n    bases,', '    bases,'],

  // Diffs that GitHub is not asked for.
  [
    'workflows/prove/look-up-facts.ts',
    'wanted.every(({ size }) => size === 0)',
    'this.#wantedDiffs.size === 0',
  ],
  [
    'workflows/prove/look-up-facts.ts',
    'wanted.every(({ size }) => size === 0)',
    'this.#wantedBlobs.size === 0',
  ],
  [
    'workflows/prove/look-up-facts.ts',
    'wanted.every(({ size }) => size === 0)',
    'wanted.slice(0, 3).every(({ size }) => size === 0)',
  ],
  ['workflows/prove/look-up-facts.ts', 'known === undefined ? GONE : known', 'known ?? GONE'],
  ['workflows/prove/look-up-facts.ts', 'ignoreBOM: true,', ''],
  ['workflows/prove/look-up-facts.ts', 'fatal: true', 'fatal: false'],
  ['workflows/prove/review-stages.ts', 'new LookUps(repository, files)', 'new LookUps(repository)'],

  // Names that GitHub folds away.
  [
    'core/approval/visibility/hidden-diffs.ts',
    'folders.every(folder => SEGMENT.test(folder)) &&',
    '',
  ],
  ['core/approval/visibility/hidden-diffs.ts', '&& FILE.test(file)) return null', ') return null'],
  ['core/approval/visibility/hidden-diffs.ts', ': NAMES.test(path)', ': false'],
  ['core/approval/visibility/hidden-diffs.ts', 'lines.slice(-3).some', 'lines.some'],
  ['workflows/prove/prove.ts', 'if (folded !== null) return [folded]', ''],
  ['workflows/prove/prove.ts', 'if (odd !== null) return [odd]', ''],
  [
    'workflows/prove/prove.ts',
    'file === undefined || fileOrigin.recorded !== null ? null : unusualPath',
    'file === undefined ? null : unusualPath',
  ],
  ['workflows/prove/prove.ts', 'if (isNonEmpty(hidden)) return', 'if (false) return'],
  [
    'core/approval/visibility/folded-change.ts',
    'blob === null || path === ACTIONS_LOCK',
    'blob === null',
  ],
  [
    'core/approval/visibility/folded-change.ts',
    'blob === null || path === ACTIONS_LOCK',
    'path === ACTIONS_LOCK',
  ],
  ['core/approval/visibility/folded-change.ts', "(textOf(blob) ?? '')", "''"],
  ['core/approval/configuration-places.ts', "&& !path.endsWith('/.gitattributes')", ''],
  [
    'workflows/plan/changed-configuration.ts',
    'blob !== null && isNamedFreely(path, places) ? unusualPath(path) : null',
    'null',
  ],
  ['workflows/plan/changed-configuration.ts', 'if (old.length > 0) return old', ''],
  [
    'workflows/plan/changed-configuration.ts',
    'if (before.get(path) === tip.get(path)) return []',
    'return []',
  ],
  [
    'workflows/plan/changed-configuration.ts',
    '...uncovered(fileOrigin, background, opened.pull, facts)',
    '',
  ],
  [
    'workflows/plan/changed-configuration.ts',
    'if (states.length === 0) return asItIs',
    'return asItIs',
  ],

  // The plan of a pull request.
  ['workflows/plan/pull-request-faults.ts', '...unseen,', ''],
  [
    'workflows/plan/pull-request-faults.ts',
    '...(facts.branchRules === null ? [unreadableRules()] : []),',
    '',
  ],
  ['workflows/plan/pull-request-faults.ts', '...elsewhere(pull, repository),', ''],
  ['workflows/plan/pull-request-faults.ts', '?? unusualPath(file.path) ?? []', '?? []'],
  [
    'workflows/plan/pull-request-faults.ts',
    'hiddenDiffReason(file.path, textOf(file)) ?? unusualPath',
    'unusualPath',
  ],
  [
    'workflows/plan/pull-request-faults.ts',
    'faults.find(each => each !== null) ?? null',
    'faults[0] ?? null',
  ],
  [
    'workflows/plan/unproved-changes.ts',
    '|| background.proved?.blob === blob) return step',
    ') return step',
  ],
  ['workflows/plan/unproved-changes.ts', 'known === -1 ? since : since.slice(0, known)', 'since'],
  ['workflows/plan/unproved-changes.ts', '.toReversed()\n    .map', '.map'],
]
