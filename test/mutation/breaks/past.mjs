// Breaks of what came before: who contributed since, who may end an approval, the last proved version of a file, and old records. Each is one line: the
// file below src, the text that is there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const PAST = [
  // Who stands behind a change.
  ['approval/contributors.ts', '&& !excused.has(account.id)', ''],
  ['approval/contributors.ts', "if (role === 'pushed') return false", ''],
  ['approval/contributors.ts', "role === 'coAuthor' ? !byPeople : !byBot", '!byBot'],
  ['approval/contributors.ts', "role === 'coAuthor' ? !byPeople : !byBot", '!byPeople'],
  [
    'approval/contributors.ts',
    "role === 'coAuthor' ? !byPeople : !byBot",
    "role !== 'coAuthor' && !byBot",
  ],
  ['approval/contributors.ts', 'holds(author) &&\n', 'true &&\n'],
  [
    'approval/contributors.ts',
    'pushed.every(({ account }) => account !== null && holds(account))',
    'true',
  ],

  // Commits that only carry bytes over.
  ['approval/contributors.ts', '      .filter(each => !each.has(id))\n', ''],
  ['approval/contributors.ts', '.filter(id => !base.has(id))', ''],
  ['approval/contributors.ts', 'if (blob === undefined || blob === GONE) return null', ''],
  ['approval/contributors.ts', "filter(({ kind }) => kind === 'forcePush')", 'slice()'],
  ['approval/contributors.ts', '[...forced, ...forcePushes]', '[...forced]'],
  ['approval/contributors.ts', '[...forced, ...forcePushes]', '[...forcePushes]'],
  [
    'approval/contributors.ts',
    'wrote.filter(({ account }) => account?.id !== committer.id)',
    'wrote',
  ],
  ['approval/contributors.ts', 'wrote.filter(({ account }) => account?.id !== committer.id)', '[]'],
  ['approval/contributors.ts', 'if (isCarried && !isGitHub)', 'if (!isGitHub)'],
  ['approval/contributors.ts', 'if (isCarried && !isGitHub)', 'if (isCarried && false)'],

  // Contributors since the last version that was proved and allowed.
  ['approval/contributors-since.ts', 'const all = [own, ...earlier]', 'const all = [own]'],
  ['approval/contributors-since.ts', '[...earlier, own].flatMap', '[own].flatMap'],
  ['approval/contributors-since.ts', '[...earlier, own].flatMap', 'earlier.flatMap'],
  [
    'approval/contributors-since.ts',
    'all.some(({ hasUnknownPusher })',
    '[own].some(({ hasUnknownPusher })',
  ],
  [
    'approval/landing.ts',
    'move.after === commit && move.before === before',
    'move.after === commit',
  ],
  ['approval/contributors-since.ts', 'if (moves.length === 0) return [null]', ''],
  [
    'approval/contributors-since.ts',
    'proved.blob === blob ? 0 : since.findIndex(each => each.blob === proved.blob)',
    'proved.blob === blob ? 0 : -1',
  ],
  [
    'approval/contributors-since.ts',
    'proved.blob === blob ? 0 : since.findIndex(each => each.blob === proved.blob)',
    'since.findIndex(each => each.blob === proved.blob)',
  ],
  [
    'approval/contributors-since.ts',
    'since.findIndex(each => each.blob === proved.blob)',
    'since.findLastIndex(each => each.blob === proved.blob)',
  ],
  ['approval/contributors-since.ts', '[...since.slice(0, back), ...upToProved]', 'upToProved'],
  [
    'approval/contributors-since.ts',
    '[...since.slice(0, back), ...upToProved]',
    'since.slice(0, back)',
  ],
  ['flow/backgrounds.ts', ', upToProved: since }),', ' }),'],
  ['approval/contributors-since.ts', '[pushContributors(trail, isOfPull, facts)]', '[]'],
  ['approval/contributors-since.ts', 'if (isPutBack(landing, facts)) return []', ''],
  [
    'approval/contributors-since.ts',
    'isTaken && !isOfPull ? [...handsOf(commit), unknown] : handsOf(commit)',
    'handsOf(commit)',
  ],
  ['approval/contributors-since.ts', '[...madeBy(trail, isOfPull, facts), ...pushed]', 'pushed'],
  [
    'approval/contributors-since.ts',
    '[...madeBy(trail, isOfPull, facts), ...pushed]',
    'madeBy(trail, isOfPull, facts)',
  ],
  [
    'approval/contributors-since.ts',
    'hasUnknownPusher: pushed.some(({ account }) => account === null)',
    'hasUnknownPusher: false',
  ],
  [
    'approval/contributors-since.ts',
    "const byPeople = pushed.every(({ account }) => account?.type === 'User')",
    'const byPeople = true',
  ],
  ['flow/gather.ts', 'source.commits([...new Set(others)])', 'source.commits([])'],
  ['flow/gather.ts', '!isMergedByGithub(landing, { ...bringing, line, moves })', 'true'],

  // Bots.
  ['approval/bots.ts', '!path.startsWith(WORKFLOWS) ||', ''],
  ['approval/bots.ts', '|| !changesOnlyPins(older, newer)', ''],
  ['approval/bots.ts', 'if (before.length !== after.length) return false', ''],
  ['approval/bots.ts', '&& was[1] === is[1]', ''],
  ['approval/bots.ts', '&& was[2] === is[2]', ''],
  ['approval/bots.ts', 'background?.proved?.blob ?? null', 'blob'],
  [
    'approval/judge.ts',
    'contributorsSince(question, pull, facts, excusedBots(question, jurisdiction, facts))',
    'contributorsSince(question, pull, facts)',
  ],
  [
    'approval/need.ts',
    'contributorsSince(question, pull, facts, excusedBots(question, jurisdiction, facts))',
    'contributorsSince(question, pull, facts)',
  ],

  // Several pull requests of one commit.
  ['approval/judge.ts', 'judged.find(({ ok }) => ok) ??', ''],
  ['approval/judge.ts', '!each.ok && each.problems.some(isRequestForChanges)', '!each.ok'],
  ['approval/judge.ts', '...rewritingWarnings(question, facts),', ''],
  ['approval/judge.ts', '[...new Set([...known.rules, ...each.rules])]', 'known.rules'],
  ['approval/mixed.ts', 'if (mixed !== null) return mixed', 'return mixed'],

  // Who may end what was approved.
  ['approval/ending.ts', "if (purpose !== 'renewal') return rules.some(hasSay)", ''],
  [
    'approval/ending.ts',
    'if (earlier?.approvals.some(({ reviewer }) => reviewer.id === account.id) === true) return true',
    '',
  ],
  ['approval/ending.ts', 'rules.filter(rule => !isOpen(rule))', 'rules'],
  ['approval/ending.ts', 'naming.length > 0 ? naming.some(hasSay) :', ''],
  ['approval/ending.ts', 'hasSay(jurisdiction.approval.configuration)', 'false'],
  ['approval/ending.ts', 'hasSay(jurisdiction.approval.configuration)', 'true'],
  [
    'approval/requested-changes.ts',
    "purpose !== 'renewal' || mayEnd(account, question, jurisdiction, facts)",
    'true',
  ],
  ['approval/last-opinions.ts', "own.every(({ was }) => was !== 'APPROVED')", 'true'],
  ['approval/last-opinions.ts', 'own.length > 0 && own.every', 'own.every'],
  ['approval/reviews.ts', 'if (wasRequest(last, pull)) continue', ''],
  ['approval/ending.ts', "was !== 'APPROVED' ||", ''],
  [
    'approval/reviews.ts',
    "return purpose === 'configuration' || purpose === 'past'",
    "return purpose === 'configuration'",
  ],
  [
    'approval/quorum.ts',
    'const counted = known?.rules === undefined || known.rules.includes(rule)',
    'const counted = true',
  ],

  // How a file came to be what it is.
  [
    'flow/pasts.ts',
    '!this.#isDeep || is === undefined || was === undefined',
    '!this.#isDeep || is === undefined',
  ],
  ['flow/pasts.ts', '!this.#isDeep || is === undefined || was === undefined', '!this.#isDeep'],
  ['flow/pasts.ts', '!this.#isDeep || is === undefined', 'is === undefined'],
  ['flow/pasts.ts', "else if (isLast) this.#origin = 'recorded'\n    else if", 'else if'],
  ['flow/pasts.ts', ' && !recorded.has(null)', ''],
  ['flow/pasts.ts', 'this.#isRecorded && met.length > 0 &&', 'met.length > 0 &&'],
  ['flow/pasts.ts', 'met.length > 0 && this.#ahead.size === 0', 'met.length > 0'],
  [
    'flow/pasts.ts',
    "if (is === undefined || was === undefined) this.#origin = 'nothing'\n    else if (isLast)",
    'if (isLast)',
  ],
  ['flow/pasts.ts', 'this.#versions.length >= MOST_VERSIONS', 'false'],
  ['flow/pasts.ts', '|| this.#landing.commit === commit) return', ') return'],
  ['flow/pasts.ts', 'if (this.#versions.at(-1)?.landing.commit !== commit)\n', 'if (false)\n'],
  ['flow/pasts.ts', 'if (this.#versions.at(-1)?.landing.commit !== commit)\n', 'if (true)\n'],
  ['flow/pasts.ts', 'this.#ahead.size === 0 && this.#steps > MOST_STEPS', 'false'],
  ['flow/pasts.ts', "this.#origin ?? 'unknown'", "this.#origin ?? 'nothing'"],
  ['flow/pasts.ts', "mode === '100' && blob", 'blob'],
  ['flow/pasts.ts', 'before: isChanged ? before : dropped', 'before'],
  ['flow/pasts.ts', 'this.#landing = toCome', 'this.#landing = null'],
  ['flow/pasts.ts', 'requestsDigest(id, files) === baseline', 'requestsDigest(id, files) !== null'],
  ['flow/trails.ts', 'isWhole(found) && isByRuleOfToday(found.evidence)', 'isWhole(found)'],
  [
    'flow/trails.ts',
    'isWhole(found) && isByRuleOfToday(found.evidence)',
    'isByRuleOfToday(found.evidence)',
  ],
  ['flow/trails.ts', 'own.add(isHere ? found.evidence.landing.commit : null)', 'own.add(null)'],
  [
    'flow/trails.ts',
    'isProvedToday(found) && found.evidence.path === path',
    'isProvedToday(found)',
  ],
  ['flow/trails.ts', 'landings.get(path) ?? new Set()', 'new Set<ObjectId | null>()'],
  ['flow/trails.ts', 'version === 2 && oldRuleUntil === undefined', 'oldRuleUntil === undefined'],
  ['flow/trails.ts', 'version === 2 && oldRuleUntil === undefined', 'version === 2'],
  ['flow/trails.ts', 'return step.current === null || step.current.blob === blob', 'return true'],
  [
    'flow/trails.ts',
    "if (step?.kind !== 'keep') return false",
    'if (step === undefined) return false',
  ],

  // The last proved version of a file.
  [
    'flow/backgrounds.ts',
    'since === undefined || !isByRuleOfToday(evidence)',
    'since === undefined',
  ],
  ['flow/backgrounds.ts', 'isKnown(trail, version, judging, rules, facts)', 'false'],
  ['flow/backgrounds.ts', "|| past.origin === 'recorded',", ','],
  ['flow/backgrounds.ts', 'judged.isProved && { proved', 'true && { proved'],
  ['flow/backgrounds.ts', 'proved: { blob, commit: landing.commit }, ', ''],
  ['flow/backgrounds.ts', 'judged.isProved && judged.isAllowed ? []', 'judged.isProved ? []'],
  ['flow/backgrounds.ts', 'judged.isProved && judged.isAllowed ? []', 'judged.isAllowed ? []'],
  [
    'flow/recorded-version.ts',
    "if (past.origin === 'baseline' && version === past.versions.at(-1)) return true",
    '',
  ],
  ['flow/recorded-version.ts', '&& version === past.versions.at(-1)) return true', ') return true'],
  [
    'flow/recorded-version.ts',
    'if (recorded === null || !isProvedToday(recorded)) return false',
    'if (recorded === null) return false',
  ],
  ['flow/recorded-version.ts', 'evidence.path === path && evidence.landing', 'evidence.landing'],
  ['flow/recorded-version.ts', '&& evidence.landing.commit === landing.commit', ''],
  ['flow/recorded-version.ts', '|| isRewriting(landing, facts)) return false', ') return false'],
  ['flow/recorded-version.ts', 'if (evidence.blob !== blob || request', 'if (request'],
  [
    'flow/recorded-version.ts',
    '|| request === null || !isOf(issued, request, judging.rules.config))\n',
    ')\n',
  ],
  ['flow/recorded-version.ts', 'if (!isProvedToday(recorded) || evidence', 'if (evidence'],
  ['flow/recorded-version.ts', '|| !isOf(issued, then, rules.config)) return {}', ') return {}'],
  [
    'flow/recorded-version.ts',
    '|| effectiveDigest(effectiveJson(then, at)) !== issued.effective) return {}',
    ') return {}',
  ],
  [
    'flow/recorded-version.ts',
    'return meetsRules(evidence, asked, ruledTeams({ path }, jurisdiction, facts), facts)\n',
    'return true\n',
  ],
  ['flow/recorded-version.ts', 'rules?.includes(name) === true', 'true'],
  [
    'flow/recorded-version.ts',
    'counted(each) >= requiredBy(each, asked, hands, facts)',
    'counted(each) >= each.rule.required',
  ],
  [
    'flow/recorded-version.ts',
    'counted(each) >= requiredBy(each, asked, hands, facts)',
    'counted(each) > 0',
  ],
  ['flow/recorded-version.ts', '[...asked.anyOf, asked.floor].every(', 'asked.anyOf.every('],
  ['flow/recorded-version.ts', '[...asked.anyOf, asked.floor].every(', '[asked.floor].every('],
  [
    'flow/backgrounds.ts',
    '|| isMixed(trail, places, facts) !== null) return REFUSED',
    ') return REFUSED',
  ],
  [
    'flow/backgrounds.ts',
    '|| foldedAway(path, textOf(file)) !== null) return REFUSED',
    ') return REFUSED',
  ],
  [
    'flow/backgrounds.ts',
    'requesterThen({ ...trail, background }, facts, rules.config)',
    'requesterThen({ ...trail, background: null }, facts, rules.config)',
  ],
  [
    'flow/backgrounds.ts',
    'then === null ? null : meaningUnder',
    'then === null ? meaningUnder(rules.config, file, request) : meaningUnder',
  ],
  ['flow/backgrounds.ts', 'judgement !== null && judgement.problems.length === 0', 'true'],
  [
    'flow/requesters.ts',
    'hasUnknownPusher } = contributorsSince(trail, pull, facts)',
    'hasUnknownPusher } = contributorsSince({ ...trail, background: null }, pull, facts)',
  ],

  // Configuration.
  [
    'approval/trust.ts',
    'backgrounds.get(path) ?? atAnchor(path, anchor)\n',
    'atAnchor(path, anchor)\n',
  ],
  ['approval/trust.ts', 'if (isProved) return', 'if (true) return'],
  [
    'approval/trust.ts',
    'const byBytes: ProveChange = (change, under) => prove(change, under, null)',
    'const byBytes: ProveChange = prove',
  ],
  ['approval/trust.ts', 'ok({ ...old.value, oldRule: today.problems })', 'ok(old.value)'],
  ['approval/trust.ts', 'old.ok ? ok({ ...old.value, oldRule: today.problems }) : today', 'today'],
  ['approval/trust.ts', '.filter(([path]) => path !== ACTIONS_LOCK)', ''],
  ['approval/configuration-places.ts', '...hiding, ACTIONS_LOCK]', '...hiding]'],
  ['approval/trust.ts', "path.includes('\\n') ? JSON.stringify(path) : path", 'path'],
  ['flow/trusted.ts', "extra: 0,\n    purpose: 'configuration'", "extra: 0,\n    purpose: 'issue'"],
  ['flow/trusted.ts', 'if (jurisdiction === undefined) return refuse', 'if (false) return refuse'],

  // The old rule.
  ['flow/old-rule.ts', 'OLD_RULE_DAYS = 90', 'OLD_RULE_DAYS = 91'],
  ['flow/old-rule.ts', "purpose !== 'renewal' || earlier === null", 'earlier === null'],
  ['flow/old-rule.ts', '|| isByRuleOfToday(earlier)) return null', ') return null'],
  [
    'flow/old-rule.ts',
    ': new Date(earlier.oldRuleUntil)',
    ': new Date(now.getTime() + OLD_RULE_DAYS * 86_400_000)',
  ],
  ['flow/old-rule.ts', 'now < until ? until : null', 'until'],
  ['flow/prove.ts', 'if (until === null) return today', ''],
  ['flow/prove.ts', 'if (!old.ok) return today', ''],
  [
    'flow/prove.ts',
    'oldRule === null ? proveByReview(asked.value, jurisdiction, facts) : unproved(oldRule)',
    'proveByReview(asked.value, jurisdiction, facts)',
  ],
  ['flow/prove.ts', 'context: { ...context, oldRuleUntil: until }', 'context'],
  ['flow/prove.ts', 'byOldRule(question, until, today.problems[0])', ''],
  ['flow/prove.ts', 'question: { ...question, background: null }', 'question'],

  // Files whose bytes changed and whose request did not.
  [
    'flow/prove.ts',
    'if (!asked.ok || deciding.trusted.oldRule !== null) return []',
    'if (!asked.ok) return []',
  ],
  ['flow/prove.ts', '    meaning: step.effective,\n', "    meaning: '',\n"],
  ['flow/review.ts', 'plan.steps.filter(isKept).filter(step => trails.has(keyOf(step)))', '[]'],
  ['flow/record-kept.ts', '|| record.claim !== null)\n', ')\n'],
  ['flow/record-kept.ts', '...issued, path, blob, proof', '...issued, proof'],
  ['flow/record-kept.ts', ', proof: recordedProof(proof) }', ' }'],
  ['flow/record-kept.ts', 'cluster.name === request.cluster', 'cluster.name !== request.cluster'],
  ['flow/record-kept.ts', 'if (cause instanceof CountersignError) return cause.problem', ''],

  // What is asked of whom, and what is written down.
  [
    'flow/meaning.ts',
    'parsed !== null && parsed.ok ? parsed.value : null',
    'parsed !== null && parsed.ok ? parsed.value : ([...read.values()].at(-1) ?? null)',
  ],
  ['flow/meaning.ts', '|| parsed.value.name !== name) return null', ') return null'],
  [
    'flow/trusted.ts',
    'judgeApproval(question, jurisdiction, facts)',
    'judgeApproval(question, jurisdiction, { ...facts, branchRules: { requiredApprovals: 0, requiredReviewers: [] } })',
  ],
  [
    'flow/trusted.ts',
    'const hidden = foldedChange(change, background, facts)',
    'const hidden = change.landing.commit === [...rules.keys()][1] ? foldedChange(change, background, facts) : null',
  ],
  ['flow/approver-rules.ts', 'isOpaque ? 1 : 0', '0'],
  ['flow/approver-rules.ts', "request.format === 'pkcs10' ||", ''],
  ['flow/approver-rules.ts', "|| request.format === 'csr-manifest'", ''],
  ['flow/approver-rules.ts', 'isNonEmpty(named) ? named : [floor]', '[floor]'],
  [
    'flow/prove.ts',
    'then === null ? null : meaningUnder',
    'then === null ? meaningUnder(deciding.rules.config, file, request) : meaningUnder',
  ],
  ['flow/prove.ts', 'commit: frame.commit', 'commit: history.repository.tip'],
  ['approval/evidence.ts', 'commit: context.commit', 'commit: landing.commit'],
  ['approval/evidence.ts', 'since: versionBefore(background)', 'since: null'],
  ['approval/evidence.ts', 'context.oldRuleUntil === null ? {} :', ''],
  ['flow/attributes.ts', '...above.filter(file => file !== null), ...below', '...below'],
]
