// Breaks of the chain of proofs: which versions are below a file, who had to approve each of them, and what a record may add. Each is one
// line: the file below src, the text that is there just once, and what it becomes.
const CHAIN_FILE = 'workflows/prove/proved-chain.ts'
const REQUESTS = 'workflows/prove/past-requests.ts'
const RULES = 'workflows/prove/rules-at-landings.ts'
const ORIGINS = 'workflows/prove/request-origins.ts'
const VERSIONS = 'workflows/prove/file-versions.ts'
const RANGE = 'core/approval/merges/merged-range.ts'
const STEPS = 'workflows/prove/file-steps.ts'
const MOVED = 'workflows/prove/moved-files.ts'
const ENDS = 'workflows/prove/request-ends.ts'
const HISTORY_OF_BRANCH = 'core/approval/merges/branch-history.ts'
const GRACE = 'core/approval/reviews/count-approvals.ts'

/** @type {readonly (readonly [string, string, string])[]} */
export const CHAIN = [
  // Where the chain begins and ends.
  [
    CHAIN_FILE,
    'return { proved: null, since: versions, isCut: true }\n  const needed',
    'return { proved: null, since: [], isCut: false }\n  const needed',
  ],
  [CHAIN_FILE, 'versions.slice(0, start + 1)', 'versions.slice(0, start)'],
  [CHAIN_FILE, "const isCut = origin === 'unknown' && needed", 'const isCut = needed'],
  [
    CHAIN_FILE,
    "const isCut = origin === 'unknown' && needed.length === versions.length",
    'const isCut = false',
  ],
  [CHAIN_FILE, 'length > MOST_LINKS', 'length < 0'],
  [CHAIN_FILE, 'MOST_LINKS = 50', 'MOST_LINKS = 49'],
  [CHAIN_FILE, 'const since = versions.slice(at + 1)', 'const since = []'],
  [CHAIN_FILE, "isCut: origin === 'unknown' }", 'isCut: false }'],
  [CHAIN_FILE, "if (facts.unanswered() > asked) return 'unknown'", ''],
  [
    CHAIN_FILE,
    'if (judged.link !== null && judged.isAllowed) return at',
    'if (judged.link !== null) return at',
  ],
  [CHAIN_FILE, 'if (judged.link !== null && judged.isAllowed) return at', ''],
  [
    CHAIN_FILE,
    "origin === 'baseline' && version === versions.at(-1)",
    'version === versions.at(-1)',
  ],
  [CHAIN_FILE, "origin === 'baseline' && version === versions.at(-1)", "origin === 'baseline'"],

  // What a version leaves to those above it.
  [CHAIN_FILE, '{ ...below, since: [version, ...below.since] }', 'below'],
  [CHAIN_FILE, 'const since = isAllowed ? []', 'const since = true ? []'],
  [CHAIN_FILE, '    upToProved: since,\n', ''],
  [CHAIN_FILE, 'below.isCut === true && !isAllowed', 'below.isCut === true'],
  [CHAIN_FILE, 'below.isCut === true && !isAllowed', 'false'],
  [CHAIN_FILE, '[link, ...(below.links ?? [])]', '[link]'],
  [CHAIN_FILE, 'if (old === path) return background', 'return background'],
  [CHAIN_FILE, '|| !isSameRequest(blob, [old, path], landing, chain))', ')'],
  [CHAIN_FILE, 'before !== null && before === after && rules', 'before !== null && rules'],
  [CHAIN_FILE, '&& rulesOf(judging.rules, fileOrigin, judging).isAllowed', ''],
  [CHAIN_FILE, 'renamedFrom: [{ path: old, blob, commit: proved.commit }],', ''],

  // How a version is judged.
  [CHAIN_FILE, 'then === null || blob === null || mixedProblem', 'then === null || mixedProblem'],
  [CHAIN_FILE, '|| mixedProblem(version, places, facts) !== null)', ')'],
  [
    CHAIN_FILE,
    '|| hiddenDiffReason(path, textOf(file)) !== null) return REFUSED',
    ') return REFUSED',
  ],
  [CHAIN_FILE, 'unusualPath(path) !== null && ', ''],
  [CHAIN_FILE, 'unusualPath(path) !== null && version.recorded === null', 'false'],
  [CHAIN_FILE, '[path, fileOrigin.path]', '[path]'],
  [CHAIN_FILE, '[path, fileOrigin.path]', '[fileOrigin.path]'],
  [
    CHAIN_FILE,
    'requesterThen({ ...version, background }',
    'requesterThen({ ...version, background: { proved: null, since: [] } }',
  ],
  [CHAIN_FILE, "purpose: 'past'", "purpose: 'change'"],
  [REQUESTS, 'effective.length === 0 ? null', 'false ? null'],
  [CHAIN_FILE, 'first !== undefined && others.length + 1 === judged.length', 'first !== undefined'],
  [REQUESTS, 'ofCluster.length > 0 ? ofCluster : effective', 'effective'],
  [REQUESTS, 'ofCluster.length > 0 ? ofCluster : effective.value', 'ofCluster'],
  [CHAIN_FILE, 'linkOf(question, first, others)', 'linkOf(question, first)'],
  [
    REQUESTS,
    'Math.max(ofFile.extraApprovals, ofVersion.extraApprovals)',
    'ofVersion.extraApprovals',
  ],
  [
    'workflows/prove/attributes-files.ts',
    "file.mode.startsWith('100') ? textOf(file)",
    'true ? textOf(file)',
  ],
  ['workflows/prove/approvers-of-state.ts', "return file.mode.startsWith('100')", 'return true'],
  [REQUESTS, 'isForAll ? everybody : verdictBy(forAnybody(rules))', 'everybody'],
  [
    REQUESTS,
    'approverRules(request, verdict, rules.config)',
    'approverRules(request, null, rules.config)',
  ],
  [REQUESTS, 'lists: isForAll || first === undefined', 'lists: first !== undefined'],
  [REQUESTS, 'lists: isForAll || first === undefined', 'lists: first === undefined'],
  [REQUESTS, 'needed.length > 0 && needed.every', 'needed.every'],
  [RULES, 'placeOf(state) > at - (isWithIt ? 1 : 0)', 'placeOf(state) >= 0'],
  [RULES, 'inForce.findLast(', 'inForce.find('],
  [RULES, 'withBarred(', '((each) => each)('],
  ['workflows/prove/approvers-of-state.ts', 'withBarred(read.value, barred)', 'read.value'],
  [
    'workflows/prove/approvers-of-state.ts',
    'never: [...approval.never, ...barred]',
    'never: barred',
  ],
  [
    'workflows/prove/approvers-of-state.ts',
    'never: [...approval.never, ...barred]',
    'never: approval.never',
  ],
  ['workflows/prove/trusted-inventory.ts', 'approvers.approval.never', '[]'],

  // What a record adds.
  [ORIGINS, '&& (await isGuarded(cluster))', ''],
  [ORIGINS, '|| evidenceDigest(evidence) !== digest\n', ''],
  [ORIGINS, ': [evidence, ...evidence.below]', ': [evidence]'],
  [ORIGINS, 'isHeld && link.path === version.path', 'isHeld'],
  [ORIGINS, 'isHeld && link.path', 'link.path'],
  [ORIGINS, 'until < at && at', 'at'],
  [ORIGINS, '&& at <= line.indexOf(version.landing.commit)', ''],
  [GRACE, "if (purpose !== 'renewal' && purpose !== 'past') return null", ''],
  [GRACE, 'if (ineligibilityReason(reviewer, approvers) !== null) return null', ''],
  [GRACE, 'each.review === review.id && each', 'each'],
  [GRACE, '&& each.reviewer.id === reviewer.id', ''],
  [GRACE, 'if (!(since <= now)) return null', ''],
  ['core/approval/reviews/count-approvals.ts', "may.kind === 'unknown' && isPast", 'false'],
  [
    'core/approval/reviews/count-approvals.ts',
    "may.kind === 'unknown' && isPast",
    "may.kind === 'unknown'",
  ],
  [GRACE, "purpose === 'past' || now <= endOfGrace(since)", 'now <= endOfGrace(since)'],
  [GRACE, "purpose === 'past' || now <= endOfGrace(since)", 'true'],
  [
    'core/approval/reviews/revoked-approvals.ts',
    "purpose === 'configuration' || recorded === null",
    "purpose !== 'renewal' || recorded === null",
  ],
  [
    'core/approval/reviews/revoked-approvals.ts',
    "purpose === 'configuration' || recorded === null",
    'recorded === null',
  ],
  [
    'core/approval/build-evidence.ts',
    'below: bounded(question.background.links ?? [])',
    'below: []',
  ],
  ['core/approval/build-evidence.ts', '> MOST_CHARACTERS)', '< 0)'],
  [
    'core/approval/required-rules.ts',
    'minimumApprovals > 0 && matchesFilePatterns',
    'matchesFilePatterns',
  ],

  // Proofs that are repeated while apply runs.
  [
    'workflows/prove/prove-again.ts',
    "each => each.kind === 'blocked' && originKeyOfStep(each) === key",
    "each => each.kind === 'blocked'",
  ],
  ['workflows/issue/apply-reviewed.ts', '...options,\n          isWanted', 'isWanted'],

  // How far back versions are looked for.
  [VERSIONS, 'this.#steps > MOST_STEPS', 'this.#steps > 199'],
  [VERSIONS, 'this.#versions.length >= MOST_VERSIONS', 'this.#versions.length >= 50'],
  [VERSIONS, 'if (moved !== undefined)', 'if (false)'],
  [STEPS, 'at += size\n', 'at += size - 1\n'],
  [STEPS, "mode === '100' && blob", 'blob'],

  // Where a file was before, and where it was last.
  [MOVED, 'filesBefore.has(path) ? undefined : files', 'files'],
  [
    MOVED,
    '[...filesBefore].filter(([path]) => !files.has(path) && isReadAsRequest(path))',
    '[...filesBefore]',
  ],
  [MOVED, 'same[0] ??', ''],
  [MOVED, 'same.find(([old]) => nameIn(old) === nameIn(file[0])) ??', ''],
  [MOVED, 'nameOf(file) !== null && nameOf(other)', 'nameOf(other)'],
  [MOVED, '&& nameOf(other) === nameOf(file)', ''],
  [MOVED, ' && isReadAsRequest(path)', ''],
  [
    'core/request/detect-format.ts',
    '!isPassedOver(path) && fileKind(path) !== null',
    'fileKind(path) !== null',
  ],
  [
    'core/request/detect-format.ts',
    '!isPassedOver(path) && fileKind(path) !== null',
    '!isPassedOver(path)',
  ],
  [MOVED, 'if (dropped.length === 0) return new Map()', 'return new Map()'],
  [MOVED, 'name === undefined || found === undefined', 'found === undefined'],
  [STEPS, 'files.get(path) === kind || bases', 'bases'],
  [STEPS, ' || bases.some(base => filesAt(base).get(path) === kind)', ''],
  [VERSIONS, 'namesakes.get(at) ??', ''],
  [VERSIONS, 'below.get(at) ??', ''],
  [VERSIONS, 'filesAt(each.commit).get(at) !== now.get(at)', 'true'],
  [ENDS, '[...own, ...dropped].flatMap', 'own.flatMap'],
  [ENDS, 'version.was === is || !isReadAsRequest(version.path)', 'version.was === is'],
  [ENDS, 'blob: blobOf(is) }', 'blob: null }'],
  [ENDS, 'if (asked === false || (is?.name', 'if ((is?.name'],
  [ENDS, 'if (asked === false || (is?.name', 'if (asked !== true || (is?.name'],
  [ENDS, 'isSure: asked !== null', 'isSure: true'],
  [ENDS, 'asksIn(is, cluster, configs.is) === true,', 'true,'],
  [ENDS, 'asksIn(is, cluster, configs.is) === true,', 'asksIn(is, cluster, configs.is) !== false,'],
  [ENDS, 'asking !== undefined && this.end === null', 'false'],
  [ENDS, 'asking !== undefined && this.end === null', 'asking !== undefined'],
  [ENDS, 'this.end !== null && this.#unread.size === 0', 'this.end !== null'],
  [ENDS, 'isRemoved ? held : this.#unread.get(path)', 'this.#unread.get(path)'],
  [ENDS, 'if (isMoved) this.#replaced.add(path)', ''],
  [ENDS, 'if (isAdded) this.#replaced.delete(path)', ''],
  [ENDS, 'if (was !== null || isAdded) this.#unread', 'if (isAdded) this.#unread'],
  [ENDS, 'if (was !== null || isAdded) this.#unread', 'if (was !== null) this.#unread'],
  [ENDS, 'isMoved || (isRemoved && this.end === null)', 'false'],
  [ENDS, 'isMoved || (isRemoved && this.end === null)', 'isRemoved && this.end === null'],
  [ENDS, 'isMoved || (isRemoved && this.end === null)', 'isRemoved'],
  [ENDS, 'const isMoved = isRemoved && held', 'const isMoved = held'],
  [ENDS, '(this.end !== null && removal === undefined)', 'false'],
  [ENDS, 'isUnclear ? null : ended', 'ended'],
  [ENDS, 'is === null && (this.#replaced', 'false && (this.#replaced'],
  [ENDS, 'is === null && (this.#replaced', '(this.#replaced'],
  [ENDS, '(isRemoved && isReplaced)', 'false'],
  [ENDS, '(isRemoved && isReplaced)', 'isReplaced'],
  [ORIGINS, "if (step?.kind === 'withdraw' && step.ended === null) continue", ''],
  [ENDS, '{ ...at, ...removal, blob: null }', 'at'],
  [ENDS, 'if (!request.path.startsWith(`${config.requests}/`)) return []', ''],
  [ENDS, 'if (state === null) return null', 'if (state === null) throw new Error()'],
  [RULES, '(isWithIt ? 1 : 0)) ?? null', '(isWithIt ? 1 : 0)) ?? inForce[0]'],
  [ENDS, 'ended.get(step) ?? step', 'step'],
  ['workflows/prove/effective-request-then.ts', 'const stayed = ended\n', 'const stayed = false\n'],
  [
    'workflows/prove/effective-request-then.ts',
    'ended?.isSure === false && !clusters',
    'false && !clusters',
  ],
  [ORIGINS, '[path], { baseline })', '[path])'],
  [ORIGINS, "recorded === issued || origin === 'baseline'", "origin === 'baseline'"],
  [
    ORIGINS,
    "issued === undefined || recorded === issued || origin === 'baseline'",
    'issued === undefined || recorded === issued',
  ],
  [ORIGINS, "isAncestor(ancestry, issued.landing.commit, frame.commit) ? null : 'gone'", "'gone'"],
  [ORIGINS, "step.kind === 'withdraw' && line.indexOf", 'line.indexOf'],
  ['workflows/prove/file-versions.ts', 'if (!isChanged && dropped !== null) search.cut()', ''],
  [
    'workflows/prove/request-ends.ts',
    'this.end = { ...this.step, path, ended }',
    'this.end = { ...this.step, path }',
  ],
  ['core/approval/merges/merged-range.ts', ', ...commits.map(({ id }) => id)])', '])'],
  ['workflows/prove/prove.ts', "if (elsewhere === 'gone')", 'if (false)'],
  ['workflows/prove/prove.ts', "if (elsewhere === 'later')", 'if (false)'],
  ['workflows/prove/effective-request-then.ts', 'all.filter(each => each.name === name)', '[]'],
  [ORIGINS, 'end === null ? 0 : history.line.indexOf(end.commit)', '0'],
  [ORIGINS, ': end.blob', ': (blobs.get(path) ?? null)'],
  [RANGE, '|| tips.has(id)', ''],
  [RANGE, '&& !isEnd(line[below])', ''],
  [RANGE, 'base === facts.repository.defaultBranch &&', ''],
  [RANGE, '&& isChild(top - 1)', ''],

  // States that the branch held.
  [HISTORY_OF_BRANCH, 'if (merges.has(`${before} ${id}`)) return [id]', ''],
  [RANGE, 'own.length > 0 && own.every', 'own.every'],
  [RANGE, 'own.every(number => next.includes(number))', 'true'],
  [RANGE, 'move !== undefined && changed', 'changed'],
  [RANGE, 'objectsAt(id) === objectsAt(line[at + 1]) ? []', 'false ? []'],

  ['workflows/prove/look-up-facts.ts', 'unanswered: () => this.#unanswered', 'unanswered: () => 0'],
]
