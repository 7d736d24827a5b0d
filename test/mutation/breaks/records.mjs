// Breaks of what proves an earlier version without its reviews: a record, its evidence, a rename, the trusted requests, and the trusted
// configuration. Each is one line: the file below src, the text that is there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const RECORDS = [
  // What the record says came before.
  ['flow/backgrounds.ts', 'if (recorded !== null) return recorded', ''],
  [
    'flow/backgrounds.ts',
    'if (since === null) return { proved: null, since: [] }',
    'if (since === null) return null',
  ],
  ['flow/backgrounds.ts', '|| older <= at ||', '||'],
  ['flow/backgrounds.ts', 'older <= at ||', 'older < at ||'],
  ['flow/backgrounds.ts', 'line.lastIndexOf(commit)', 'line.indexOf(commit)'],
  [
    'flow/backgrounds.ts',
    '|| blobAt({ commit, path: then }) !== blob) return null',
    ') return null',
  ],
  [
    'flow/backgrounds.ts',
    'blobAt({ commit, path: then }) !== blob',
    'blobAt({ commit, path }) !== blob',
  ],
  ['flow/backgrounds.ts', 'if (then === path || blob === null) return', 'return'],
  ['flow/backgrounds.ts', 'renamedFrom: [{ path: then, blob, commit }]', 'renamedFrom: []'],
  ['approval/needs.ts', '    ...versionBefore(trail),\n', ''],
  ['approval/needs.ts', 'path: since.path ?? path', 'path'],
  [
    'approval/evidence.ts',
    'proved !== null && proved.blob !== null ? proved : (renamed ?? proved)',
    'proved',
  ],
  [
    'approval/evidence.ts',
    'proved !== null && proved.blob !== null ? proved : (renamed ?? proved)',
    'renamed ?? proved',
  ],
  [
    'approval/evidence.ts',
    'proved !== null && proved.blob !== null ? proved',
    'proved !== null ? proved',
  ],
  ['approval/evidence.ts', 'unattributed: hands.unattributed', 'unattributed: null'],

  // Which evidence of a record counts.
  [
    'flow/believed-evidence.ts',
    'cluster === undefined || !isSigned(issued, cluster, now)',
    'cluster === undefined',
  ],
  [
    'flow/believed-evidence.ts',
    '|| evidenceDigest(evidence) !== digest) return null',
    ') return null',
  ],
  ['flow/believed-evidence.ts', 'found.issued.path !== path || found', 'found'],
  ['flow/believed-evidence.ts', '|| found.issued.blob !== blob) return null', ') return null'],
  [
    'flow/believed-evidence.ts',
    'request === null || isOf(found.issued, request, config) ?',
    'true ?',
  ],
  [
    'flow/believed-evidence.ts',
    'request === null || isOf(found.issued, request, config) ?',
    'request !== null && isOf(found.issued, request, config) ?',
  ],
  ['flow/believed-evidence.ts', 'evidence.path === issued.path &&\n', 'true &&\n'],
  ['flow/believed-evidence.ts', 'evidence.blob === issued.blob &&\n', 'true &&\n'],
  ['flow/believed-evidence.ts', 'evidence.meaning === issued.effective', 'true'],
  [
    'flow/believed-evidence.ts',
    '|| request.signerName !== issued.signerName) return false',
    ') return false',
  ],
  [
    'flow/believed-evidence.ts',
    'cluster === undefined || request.signerName',
    'cluster === undefined && request.signerName',
  ],
  [
    'flow/believed-evidence.ts',
    'nameProblems(chain.value.leaf, request, predict(request, signer)).length === 0',
    'true',
  ],
  ['flow/believed-evidence.ts', 'if (pem === null) return true', 'if (pem === null) return false'],
  ['flow/believed-evidence.ts', 'name === issued.signerName', 'name !== issued.signerName'],
  [
    'flow/believed-evidence.ts',
    'authorities.ok && anchorOf(chain.value, authorities.value, now) !== null',
    'authorities.ok',
  ],
  [
    'flow/believed-evidence.ts',
    'authorities.ok && anchorOf(chain.value, authorities.value, now) !== null',
    '!authorities.ok || anchorOf(chain.value, authorities.value, now) !== null',
  ],

  // The rules of today, for earlier versions.
  [
    'flow/backgrounds.ts',
    'judgeRequest(request, forAnybody(rules), context, now)',
    'judgeRequest(request, rules, context, now)',
  ],
  [
    'flow/backgrounds.ts',
    '...approverRules(request, verdict, rules.config)',
    '...approverRules(request, null, rules.config)',
  ],
  ['flow/backgrounds.ts', 'asked.anyOf.every(', 'asked.anyOf.some('],
  ['flow/backgrounds.ts', 'extra: asked.extra', 'extra: 0'],
  ['flow/backgrounds.ts', 'floor: asked.floor', 'floor: asked.anyOf[0]'],
  [
    'flow/backgrounds.ts',
    'judgement !== null && judgement.problems',
    'judgement === null || judgement.problems',
  ],
  ['flow/backgrounds.ts', "purpose: 'past'", "purpose: 'issue'"],
  ['flow/backgrounds.ts', "isCut: past.origin === 'unknown'", 'isCut: false'],
  ['flow/backgrounds.ts', "isCut: past.origin === 'unknown'", 'isCut: true'],
  [
    'flow/backgrounds.ts',
    'background.isCut === true && !(judged.isProved && judged.isAllowed)',
    'background.isCut === true',
  ],
  [
    'flow/backgrounds.ts',
    'background.isCut === true && !(judged.isProved && judged.isAllowed)',
    'background.isCut === true && !judged.isProved',
  ],
  [
    'flow/backgrounds.ts',
    'background.isCut === true && !(judged.isProved && judged.isAllowed)',
    'false',
  ],
  ['flow/backgrounds.ts', '    ...renamedFrom(trail, judging, rules, facts),\n', ''],

  // Whether GitHub still agrees with the record.
  [
    'flow/recorded-version.ts',
    'return isUncontradicted(evidence, rules, judging, facts)',
    'return true',
  ],
  ['flow/recorded-version.ts', 'contradiction(question, pull) === null &&', ''],
  [
    'flow/recorded-version.ts',
    '({ review }) => !isTakenBack(review, pull, question, jurisdiction, facts)',
    '() => true',
  ],
  ['flow/recorded-version.ts', 'evidence.approvals.every(', 'evidence.approvals.some('],
  ['flow/recorded-version.ts', "purpose: 'renewal'", "purpose: 'past'"],
  ['flow/recorded-version.ts', 'earlier: evidence,', 'earlier: null,'],
  ['flow/recorded-version.ts', 'anyOf: rules.anyOf', 'anyOf: [rules.floor]'],
  ['flow/recorded-version.ts', 'floor: rules.floor', 'floor: rules.anyOf[0]'],
  ['flow/recorded-version.ts', 'pull !== undefined &&\n', 'pull === undefined ||\n'],
  ['flow/recorded-version.ts', 'if (!asked.isAllowed) return {}', ''],
  ['approval/ending.ts', "if (state === 'APPROVED') return false", ''],
  ['approval/ending.ts', "state !== 'DISMISSED' ||", ''],
  ['approval/ending.ts', 'dismissals.length === 0 ||', ''],
  ['approval/ending.ts', 'dismissals.some(', 'dismissals.every('],
  ['approval/ending.ts', 'dismissal => dismissal.review === review', '() => true'],
  ['approval/ending.ts', 'at <= pull.merged.at ||', 'at < pull.merged.at ||'],
  [
    'approval/ending.ts',
    'by === null ||\n        mayEnd(by,',
    'by !== null &&\n        mayEnd(by,',
  ],

  // What was issued under another path.
  ['flow/recorded-version.ts', '|| recorded.evidence.path === path) return {}', ') return {}'],
  [
    'flow/recorded-version.ts',
    'if (!isUncontradicted(evidence, asked, judging, facts)) return {}',
    '',
  ],
  ['flow/recorded-version.ts', '&& ruled.every(each => counted(each) >= each.rule.required)', ''],
  [
    'flow/recorded-version.ts',
    '[...asked.anyOf, asked.floor].every(',
    '[...asked.anyOf, asked.floor].some(',
  ],
  [
    'approval/shown-lines.ts',
    "status !== 'renamed' || (proved !== null && proved.blob !== null)",
    "status !== 'renamed'",
  ],
  ['approval/shown-lines.ts', '|| (proved !== null && proved.blob !== null)', '|| proved !== null'],

  // How far back versions are looked for.
  [
    'flow/pasts.ts',
    'this.#ahead.size === 0 && this.#steps > MOST_STEPS',
    'this.#steps > MOST_STEPS',
  ],
  ['flow/pasts.ts', 'this.#ahead.size === 0 && this.#versions.length', 'this.#versions.length'],
  [
    'flow/pasts.ts',
    "else if (this.#metLast(landing, isLandingOf)) this.#origin = 'recorded'\n      return",
    'return',
  ],
  [
    'flow/pasts.ts',
    'landing.commit === id && !isRewriting(landing, walked)',
    'landing.commit === id',
  ],
  ['flow/pasts.ts', 'isFirst(id, start + offset) && requestsDigest', 'requestsDigest'],
  ['flow/pasts.ts', 'line.lastIndexOf(id) === index', 'line.indexOf(id) === index'],
  ['flow/pasts.ts', 'line.slice(start, index + 1)', '[commit]'],
  ['flow/pasts.ts', 'line.slice(start, index + 1)', 'line.slice(0, index + 1)'],
  ['approval/trust.ts', "[...files, ['', commit]]", '[...files]'],

  // Configuration.
  ['flow/trusted.ts', 'forPath(background, jurisdiction))', 'background)'],
  ['flow/trusted.ts', '|| !approval.configuration.codeOwners', ''],
  ['approval/trust.ts', 'renamedFrom: gone', 'renamedFrom: []'],
  ['approval/trust.ts', '.filter(({ blob }) => blob === null)', ''],
  ['approval/trust.ts', '|| since.length > 0) return []', ') return []'],
  ['approval/trust.ts', 'states.at(-1)', 'states.at(0)'],
  [
    'flow/old-rule.ts',
    'if (isMarked && oldRule !== null && !isSame(earlier.configuration, configuration)) return null',
    '',
  ],
  ['flow/old-rule.ts', 'isMarked && oldRule !== null', 'oldRule !== null'],
  ['flow/old-rule.ts', 'isMarked && oldRule !== null && !isSame', 'isMarked && !isSame'],
  ['flow/old-rule.ts', 'Object.keys(then).length === now.size &&', ''],
  ['flow/old-rule.ts', '[...now].every(([path, blob]) => then[path] === blob)', 'true'],
  ['flow/prove.ts', 'configurationIn(deciding),\n    facts.now', 'new Map(),\n    facts.now'],
  ['approval/configuration-places.ts', '...attributesAbove(config)]', ']'],
  ['approval/configuration-places.ts', "'.github/workflows/', 'docs/'", "'docs/'"],
  ['approval/configuration-places.ts', '...CODE_OWNERS_PLACES, ', ''],
  [
    'approval/configuration-places.ts',
    'workflow === null ? places : [...places, workflow]',
    'places',
  ],
]
