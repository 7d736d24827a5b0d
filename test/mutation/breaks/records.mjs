// Breaks of what proves an earlier version without its reviews: a record, its evidence, a rename, the trusted requests, and the trusted
// configuration. Each is one line: the file below src, the text that is there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const RECORDS = [
  // What the record says came before.
  ['workflows/prove/last-proved-version.ts', 'if (recorded !== null) return recorded', ''],
  [
    'workflows/prove/last-proved-version.ts',
    'if (since === null) return { proved: null, since: [] }',
    'if (since === null) return null',
  ],
  ['workflows/prove/last-proved-version.ts', '|| older <= at ||', '||'],
  ['workflows/prove/last-proved-version.ts', 'older <= at ||', 'older < at ||'],
  ['workflows/prove/last-proved-version.ts', 'line.lastIndexOf(commit)', 'line.indexOf(commit)'],
  [
    'workflows/prove/last-proved-version.ts',
    '|| blobAt({ commit, path: then }) !== blob) return null',
    ') return null',
  ],
  [
    'workflows/prove/last-proved-version.ts',
    'blobAt({ commit, path: then }) !== blob',
    'blobAt({ commit, path }) !== blob',
  ],
  [
    'workflows/prove/last-proved-version.ts',
    'if (then === path || blob === null) return',
    'return',
  ],
  [
    'workflows/prove/last-proved-version.ts',
    'renamedFrom: [{ path: then, blob, commit }]',
    'renamedFrom: []',
  ],
  ['core/approval/fact-queries.ts', '    ...versionBefore(fileOrigin),\n', ''],
  ['core/approval/fact-queries.ts', 'path: since.path ?? path', 'path'],
  [
    'core/approval/build-evidence.ts',
    'proved !== null && proved.blob !== null ? proved : (renamed ?? proved)',
    'proved',
  ],
  [
    'core/approval/build-evidence.ts',
    'proved !== null && proved.blob !== null ? proved : (renamed ?? proved)',
    'renamed ?? proved',
  ],
  [
    'core/approval/build-evidence.ts',
    'proved !== null && proved.blob !== null ? proved',
    'proved !== null ? proved',
  ],
  ['core/approval/build-evidence.ts', 'unattributed: hands.unattributed', 'unattributed: null'],

  // Which evidence of a record counts.
  [
    'workflows/prove/stored-evidence.ts',
    'cluster === undefined || !isSigned(issued, cluster, now)',
    'cluster === undefined',
  ],
  [
    'workflows/prove/stored-evidence.ts',
    '|| evidenceDigest(evidence) !== digest) return null',
    ') return null',
  ],
  ['workflows/prove/stored-evidence.ts', 'found.issued.path !== path || found', 'found'],
  [
    'workflows/prove/stored-evidence.ts',
    '|| found.issued.blob !== blob) return null',
    ') return null',
  ],
  [
    'workflows/prove/stored-evidence.ts',
    'request === null || isOf(found.issued, request, config) ?',
    'true ?',
  ],
  [
    'workflows/prove/stored-evidence.ts',
    'request === null || isOf(found.issued, request, config) ?',
    'request !== null && isOf(found.issued, request, config) ?',
  ],
  ['workflows/prove/stored-evidence.ts', 'evidence.path === issued.path &&\n', 'true &&\n'],
  ['workflows/prove/stored-evidence.ts', 'evidence.blob === issued.blob &&\n', 'true &&\n'],
  ['workflows/prove/stored-evidence.ts', 'evidence.meaning === issued.effective', 'true'],
  [
    'workflows/prove/stored-evidence.ts',
    '|| request.signerName !== issued.signerName) return false',
    ') return false',
  ],
  [
    'workflows/prove/stored-evidence.ts',
    'cluster === undefined || request.signerName',
    'cluster === undefined && request.signerName',
  ],
  [
    'workflows/prove/stored-evidence.ts',
    'nameProblems(leaf, asked, predict(asked, signer)).length === 0',
    'true',
  ],
  [
    'workflows/prove/stored-evidence.ts',
    'if (pem === null) return true',
    'if (pem === null) return false',
  ],
  [
    'workflows/prove/stored-evidence.ts',
    'name === issued.signerName',
    'name !== issued.signerName',
  ],
  [
    'workflows/prove/stored-evidence.ts',
    'authorities.ok && anchorOf(chain.value, authorities.value, now) !== null',
    'authorities.ok',
  ],
  [
    'workflows/prove/stored-evidence.ts',
    'authorities.ok && anchorOf(chain.value, authorities.value, now) !== null',
    '!authorities.ok || anchorOf(chain.value, authorities.value, now) !== null',
  ],

  // The rules of today, for earlier versions.
  [
    'workflows/prove/last-proved-version.ts',
    'judgeRequest(request, forAnybody(rules), context, now)',
    'judgeRequest(request, rules, context, now)',
  ],
  [
    'workflows/prove/last-proved-version.ts',
    '...approverRules(request, verdict, rules.config)',
    '...approverRules(request, null, rules.config)',
  ],
  ['workflows/prove/last-proved-version.ts', 'today.anyOf.every(', 'today.anyOf.some('],
  ['workflows/prove/last-proved-version.ts', 'extra: today.extra', 'extra: 0'],
  ['workflows/prove/last-proved-version.ts', 'floor: today.floor', 'floor: today.anyOf[0]'],
  [
    'workflows/prove/last-proved-version.ts',
    'judgement !== null && judgement.problems',
    'judgement === null || judgement.problems',
  ],
  ['workflows/prove/last-proved-version.ts', "purpose: 'past'", "purpose: 'change'"],
  ['workflows/prove/last-proved-version.ts', "isCut: past.origin === 'unknown'", 'isCut: false'],
  ['workflows/prove/last-proved-version.ts', "isCut: past.origin === 'unknown'", 'isCut: true'],
  [
    'workflows/prove/last-proved-version.ts',
    'background.isCut === true && !(judged.isProved && judged.isAllowed)',
    'background.isCut === true',
  ],
  [
    'workflows/prove/last-proved-version.ts',
    'background.isCut === true && !(judged.isProved && judged.isAllowed)',
    'background.isCut === true && !judged.isProved',
  ],
  [
    'workflows/prove/last-proved-version.ts',
    'background.isCut === true && !(judged.isProved && judged.isAllowed)',
    'false',
  ],
  [
    'workflows/prove/last-proved-version.ts',
    '    ...renamedFrom(fileOrigin, judging, rules, facts),\n',
    '',
  ],

  // Whether GitHub still agrees with the record.
  [
    'workflows/prove/recorded-versions.ts',
    'return isUncontradicted(evidence, rules, judging, facts)',
    'return true',
  ],
  ['workflows/prove/recorded-versions.ts', 'contradiction(question, pull) === null &&', ''],
  [
    'workflows/prove/recorded-versions.ts',
    '({ review }) => !isTakenBack(review, pull, question, approvers, facts)',
    '() => true',
  ],
  ['workflows/prove/recorded-versions.ts', 'evidence.approvals.every(', 'evidence.approvals.some('],
  ['workflows/prove/recorded-versions.ts', "purpose: 'renewal'", "purpose: 'past'"],
  ['workflows/prove/recorded-versions.ts', 'earlier: evidence,', 'earlier: null,'],
  ['workflows/prove/recorded-versions.ts', 'anyOf: rules.anyOf', 'anyOf: [rules.floor]'],
  ['workflows/prove/recorded-versions.ts', 'floor: rules.floor', 'floor: rules.anyOf[0]'],
  ['workflows/prove/recorded-versions.ts', 'pull !== undefined &&\n', 'pull === undefined ||\n'],
  ['workflows/prove/recorded-versions.ts', 'if (!rulesNow.isAllowed) return {}', ''],
  ['core/approval/reviews/revoked-approvals.ts', "if (state === 'APPROVED') return false", ''],
  ['core/approval/reviews/revoked-approvals.ts', "state !== 'DISMISSED' ||", ''],
  ['core/approval/reviews/revoked-approvals.ts', 'dismissals.length === 0 ||', ''],
  ['core/approval/reviews/revoked-approvals.ts', 'dismissals.some(', 'dismissals.every('],
  [
    'core/approval/reviews/revoked-approvals.ts',
    'dismissal => dismissal.review === review',
    '() => true',
  ],
  [
    'core/approval/reviews/revoked-approvals.ts',
    'at <= pull.merged.at ||',
    'at < pull.merged.at ||',
  ],
  [
    'core/approval/reviews/revoked-approvals.ts',
    'by === null ||\n        mayEnd(by,',
    'by !== null &&\n        mayEnd(by,',
  ],

  // What was issued under another path.
  [
    'workflows/prove/recorded-versions.ts',
    '|| recorded.evidence.path === path) return {}',
    ') return {}',
  ],
  [
    'workflows/prove/recorded-versions.ts',
    'if (!isUncontradicted(evidence, rulesNow, judging, facts)) return {}',
    '',
  ],
  [
    'workflows/prove/recorded-versions.ts',
    '&& ruled.every(each => counted(each) >= each.rule.required)',
    '',
  ],
  [
    'workflows/prove/recorded-versions.ts',
    '[...rulesNow.anyOf, rulesNow.floor].every(',
    '[...rulesNow.anyOf, rulesNow.floor].some(',
  ],
  [
    'core/approval/visibility/shown-lines.ts',
    "status !== 'renamed' || (proved !== null && proved.blob !== null)",
    "status !== 'renamed'",
  ],
  [
    'core/approval/visibility/shown-lines.ts',
    '|| (proved !== null && proved.blob !== null)',
    '|| proved !== null',
  ],

  // How far back versions are looked for.
  [
    'workflows/prove/file-versions.ts',
    'this.#ahead.size === 0 && this.#steps > MOST_STEPS',
    'this.#steps > MOST_STEPS',
  ],
  [
    'workflows/prove/file-versions.ts',
    'this.#ahead.size === 0 && this.#versions.length',
    'this.#versions.length',
  ],
  [
    'workflows/prove/file-versions.ts',
    "else if (this.#metLast(landing, isLandingOf)) this.#origin = 'recorded'\n      return",
    'return',
  ],
  [
    'workflows/prove/file-versions.ts',
    'landing.commit === id && !isHistoryRewrite(landing, walked)',
    'landing.commit === id',
  ],
  [
    'workflows/prove/file-versions.ts',
    'isFirst(id, start + offset) && requestsDigest',
    'requestsDigest',
  ],
  [
    'workflows/prove/file-versions.ts',
    'line.lastIndexOf(id) === index',
    'line.indexOf(id) === index',
  ],
  ['workflows/prove/file-versions.ts', 'line.slice(start, index + 1)', '[commit]'],
  ['workflows/prove/file-versions.ts', 'line.slice(start, index + 1)', 'line.slice(0, index + 1)'],
  ['core/approval/configuration-digest.ts', "[...files, ['', commit]]", '[...files]'],

  // Configuration.
  ['workflows/prove/trusted-configuration.ts', 'forPath(background, approvers))', 'background)'],
  [
    'workflows/prove/trusted-configuration.ts',
    'return !approval.configuration.codeOwners',
    'return false',
  ],
  ['core/approval/trust-root.ts', 'renamedFrom: gone', 'renamedFrom: []'],
  ['core/approval/trust-root.ts', '.filter(({ blob }) => blob === null)', ''],
  ['core/approval/trust-root.ts', '|| since.length > 0) return []', ') return []'],
  ['core/approval/trust-root.ts', 'states.at(-1)', 'states.at(0)'],
  ['core/approval/configuration-places.ts', '...attributesAbove(config)]', ']'],
  ['core/approval/configuration-places.ts', "'.github/workflows/', 'docs/'", "'docs/'"],
  ['core/approval/configuration-places.ts', '...CODE_OWNERS_PLACES, ', ''],
  [
    'core/approval/configuration-places.ts',
    'workflow === null ? places : [...places, workflow]',
    'places',
  ],
]
