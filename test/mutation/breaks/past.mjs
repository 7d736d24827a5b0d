// Breaks of what came before: who contributed since, who may end an approval, the last proved version of a file, and old records. Each is one line: the
// file below src, the text that is there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const PAST = [
  // Who stands behind a change.
  ['core/approval/contributors/pull-contributors.ts', '&& !excused.has(account.id)', ''],
  ['core/approval/contributors/pull-contributors.ts', "if (role === 'pushed') return false", ''],
  [
    'core/approval/contributors/pull-contributors.ts',
    "role === 'coAuthor' ? !byPeople : !byBot",
    '!byBot',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    "role === 'coAuthor' ? !byPeople : !byBot",
    '!byPeople',
  ],
  [
    'core/approval/contributors/pull-contributors.ts',
    "role === 'coAuthor' ? !byPeople : !byBot",
    "role !== 'coAuthor' && !byBot",
  ],
  ['core/approval/contributors/pull-contributors.ts', 'holds(author) &&\n', 'true &&\n'],
  [
    'core/approval/contributors/pull-contributors.ts',
    'pushed.every(({ account }) => account !== null && holds(account))',
    'true',
  ],

  // Commits that only carry bytes over.
  [
    'core/approval/contributors/replaced-commits.ts',
    "filter(({ kind }) => kind === 'forcePush')",
    'slice()',
  ],
  ['core/approval/contributors/replaced-commits.ts', '[...forced, ...forcePushes]', '[...forced]'],
  [
    'core/approval/contributors/replaced-commits.ts',
    '[...forced, ...forcePushes]',
    '[...forcePushes]',
  ],

  // Contributors since the last version that was proved and allowed.
  [
    'core/approval/contributors/contributors-since.ts',
    'const all = [own, ...earlier]',
    'const all = [own]',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    '[...earlier, own].flatMap',
    '[own].flatMap',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    '[...earlier, own].flatMap',
    'earlier.flatMap',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    'all.some(({ hasUnknownPusher })',
    '[own].some(({ hasUnknownPusher })',
  ],
  [
    'core/approval/merges/merge-source.ts',
    'move.after === commit && move.before === before',
    'move.after === commit',
  ],
  ['core/approval/contributors/contributors-since.ts', 'if (moves.length === 0) return [null]', ''],
  [
    'core/approval/contributors/contributors-since.ts',
    'proved.blob === blob ? 0 : since.findIndex(each => each.blob === proved.blob)',
    'proved.blob === blob ? 0 : -1',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    'proved.blob === blob ? 0 : since.findIndex(each => each.blob === proved.blob)',
    'since.findIndex(each => each.blob === proved.blob)',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    'since.findIndex(each => each.blob === proved.blob)',
    'since.findLastIndex(each => each.blob === proved.blob)',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    '[...since.slice(0, back), ...upToProved]',
    'upToProved',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    '[...since.slice(0, back), ...upToProved]',
    'since.slice(0, back)',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    '[pushContributors(fileOrigin, isOfPull, facts)]',
    '[]',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    'if (wasHeldBefore(landing, facts)) return []',
    '',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    '[...madeBy(fileOrigin, isOfPull, facts), ...pushed]',
    'pushed',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    '[...madeBy(fileOrigin, isOfPull, facts), ...pushed]',
    'madeBy(fileOrigin, isOfPull, facts)',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    'hasUnknownPusher: pushed.some(({ account }) => account === null)',
    'hasUnknownPusher: false',
  ],
  [
    'core/approval/contributors/contributors-since.ts',
    "const byPeople = pushed.every(({ account }) => account?.type === 'User')",
    'const byPeople = true',
  ],
  ['workflows/prove/gather-facts.ts', 'source.commits([...new Set(others)])', 'source.commits([])'],
  [
    'workflows/prove/gather-facts.ts',
    '!isMergedByGithub(landing, { ...bringing, line, moves })',
    'true',
  ],

  // Bots.
  ['core/approval/contributors/excused-bots.ts', '!path.startsWith(WORKFLOWS) ||', ''],
  ['core/approval/contributors/excused-bots.ts', '|| !changesOnlyPins(older, newer)', ''],
  [
    'core/approval/contributors/excused-bots.ts',
    'if (before.length !== after.length) return false',
    '',
  ],
  ['core/approval/contributors/excused-bots.ts', '&& was[1] === is[1]', ''],
  ['core/approval/contributors/excused-bots.ts', '&& was[2] === is[2]', ''],
  ['core/approval/contributors/excused-bots.ts', 'background.proved?.blob ?? null', 'blob'],
  [
    'core/approval/judge-approval.ts',
    'contributorsSince(question, pull, facts, excused)',
    'contributorsSince(question, pull, facts)',
  ],
  [
    'core/approval/missing-approvals.ts',
    'contributorsSince(question, pull, facts, excused)',
    'contributorsSince(question, pull, facts)',
  ],

  // Several pull requests of one commit.
  ['core/approval/judge-approval.ts', 'judged.find(({ ok }) => ok) ??', ''],
  [
    'core/approval/judge-approval.ts',
    '!each.ok && each.problems.some(isRequestForChanges)',
    '!each.ok',
  ],
  ['core/approval/judge-approval.ts', '...rewritingWarnings(question, facts),', ''],
  [
    'core/approval/judge-approval.ts',
    '[...new Set([...known.rules, ...each.rules])]',
    'known.rules',
  ],
  [
    'core/approval/merges/mixed-pull-request.ts',
    'mixed.find(problem => problem !== null) ?? null',
    'mixed[0] ?? null',
  ],

  // Who may end what was approved.
  [
    'core/approval/reviews/revoked-approvals.ts',
    'if (recorded.approvals.some(({ reviewer }) => reviewer.id === account.id)) return true',
    '',
  ],
  [
    'core/approval/reviews/revoked-approvals.ts',
    'rules.filter(rule => !namesNobody(rule))',
    'rules',
  ],
  ['core/approval/reviews/revoked-approvals.ts', '...naming, ', ''],
  [
    'core/approval/reviews/revoked-approvals.ts',
    '[...question.anyOf, question.minimum].every',
    '[question.minimum].every',
  ],
  [
    'core/approval/reviews/revoked-approvals.ts',
    'if (ineligibilityReason(account, approvers) !== null) return false',
    '',
  ],
  ['core/approval/reviews/revoked-approvals.ts', 'isOpen ? [approvers', 'false ? [approvers'],
  ['core/approval/reviews/revoked-approvals.ts', 'isOpen ? [approvers', 'true ? [approvers'],
  [
    'core/approval/reviews/requested-changes.ts',
    '(mayEnd(account, question, approvers, facts) &&',
    '(',
  ],
  ['core/approval/reviews/last-reviews.ts', "own.every(({ was }) => was !== 'APPROVED')", 'true'],
  ['core/approval/reviews/last-reviews.ts', 'own.length > 0 && own.every', 'own.every'],
  ['core/approval/reviews/classify-reviews.ts', 'if (wasRequest(last, pull)) continue', ''],
  ['core/approval/reviews/revoked-approvals.ts', "was !== 'APPROVED' ||", ''],
  [
    'core/approval/reviews/classify-reviews.ts',
    "return purpose === 'configuration' || purpose === 'past'",
    "return purpose === 'configuration'",
  ],

  // How a file came to be what it is.
  ['workflows/prove/file-versions.ts', 'is === undefined || was === undefined', 'is === undefined'],
  [
    'workflows/prove/file-versions.ts',
    'is === undefined || was === undefined',
    'was === undefined',
  ],
  ['workflows/prove/file-versions.ts', 'this.#versions.length >= MOST_VERSIONS', 'false'],
  ['workflows/prove/file-versions.ts', '|| this.#landing.commit === commit) return', ') return'],
  [
    'workflows/prove/file-versions.ts',
    'if (this.#versions.at(-1)?.landing.commit !== commit)\n',
    'if (false)\n',
  ],
  [
    'workflows/prove/file-versions.ts',
    'if (this.#versions.at(-1)?.landing.commit !== commit)\n',
    'if (true)\n',
  ],
  ['workflows/prove/file-versions.ts', "this.#origin ?? 'unknown'", "this.#origin ?? 'nothing'"],
  ['workflows/prove/file-versions.ts', 'before: isChanged ? before : dropped', 'before'],
  ['workflows/prove/file-versions.ts', 'this.#landing = toCome', 'this.#landing = null'],
  [
    'workflows/prove/file-versions.ts',
    'requestsDigest(id, objects) === baseline',
    'requestsDigest(id, objects) !== null',
  ],
  [
    'workflows/prove/request-origins.ts',
    '(current.path === path && current.blob === blob)',
    'true',
  ],
  ['workflows/prove/request-origins.ts', 'current.path === path && current.blob', 'current.blob'],
  [
    'workflows/prove/request-origins.ts',
    "if (step?.kind !== 'keep') return false",
    'if (step === undefined) return false',
  ],

  // The last proved version of a file.
  [
    'workflows/prove/requesters.ts',
    'hasUnknownPusher } = contributorsSince(fileOrigin, pull, facts)',
    'hasUnknownPusher } = contributorsSince({ ...fileOrigin, background: null }, pull, facts)',
  ],

  // Configuration.
  [
    'core/approval/trust-root.ts',
    'backgrounds.get(path) ?? atAnchor(path, anchor)\n',
    'atAnchor(path, anchor)\n',
  ],
  ['core/approval/trust-root.ts', 'if (isProved) return', 'if (true) return'],
  ['core/approval/configuration-digest.ts', '.filter(([path]) => path !== ACTIONS_LOCK)', ''],
  ['core/approval/configuration-places.ts', '...hiding, ACTIONS_LOCK]', '...hiding]'],
  [
    'core/approval/configuration-digest.ts',
    "path.includes('\\n') ? JSON.stringify(path) : path",
    'path',
  ],
  [
    'workflows/prove/trusted-configuration.ts',
    "extraApprovals: 0,\n    purpose: 'configuration'",
    "extraApprovals: 0,\n    purpose: 'change'",
  ],
  ['core/approval/required-rules.ts', 'JSON.stringify([owners, ruled', 'JSON.stringify([ruled'],
  [
    'core/approval/required-rules.ts',
    'JSON.stringify([owners, ruledTeams({ rulePath }, approvers, facts)])',
    'JSON.stringify([owners])',
  ],
  [
    'workflows/prove/approvers-of-state.ts',
    'approvalRules(rules.value)',
    'approvalRules({ config, policies: null })',
  ],
  [
    'workflows/prove/trusted-configuration.ts',
    'if (approvers === null) return refuse',
    'if (false) return refuse',
  ],
  ['workflows/prove/trusted-configuration.ts', 'if (!(await rules.read()))', ''],
  [
    'workflows/prove/approvers-of-state.ts',
    "object === blob ? '100644' : object.slice(0, 6)",
    "'100644'",
  ],
  ['workflows/prove/approvers-of-state.ts', 'path.startsWith(`${folder}/`)', 'true'],
  ['workflows/prove/approvers-of-state.ts', 'known.length === files.size ? known : []', 'known'],

  // Files whose bytes changed and whose request did not.
  ['workflows/prove/prove.ts', 'if (!asked.ok) return null', 'if (!asked.ok) throw new Error()'],
  ['workflows/prove/prove.ts', 'meaning: step.effective }', "meaning: '' }"],
  ['workflows/prove/review-stages.ts', 'others.filter(isTraced)', '[]'],
  ['workflows/issue/record-keep-proofs.ts', '|| record.claim !== null)\n', ')\n'],
  ['workflows/issue/record-keep-proofs.ts', '...issued, path, blob, proof', '...issued, proof'],
  ['workflows/issue/record-keep-proofs.ts', ', proof: recordedProof(proof) }', ' }'],
  [
    'workflows/issue/record-keep-proofs.ts',
    'cluster.name === request.cluster',
    'cluster.name !== request.cluster',
  ],
  ['workflows/issue/record-keep-proofs.ts', 'return caughtProblem(cause)', ''],

  // What is asked of whom, and what is written down.
  [
    'workflows/prove/effective-request-then.ts',
    'parsed !== null && parsed.ok ? parsed.value : null',
    'parsed !== null && parsed.ok ? parsed.value : ([...read.values()].at(-1) ?? null)',
  ],
  [
    'workflows/prove/effective-request-then.ts',
    '|| request.name !== name) return null',
    ') return null',
  ],
  [
    'workflows/prove/trusted-configuration.ts',
    'judgeApproval(question, approvers, facts)',
    'judgeApproval(question, approvers, { ...facts, branchRules: { requiredApprovals: 0, requiredReviewers: [] } })',
  ],
  [
    'workflows/prove/trusted-configuration.ts',
    'const hidden = foldedChange(change, places, facts)',
    'const hidden = change.landing.commit === [...rules.keys()][1] ? foldedChange(change, places, facts) : null',
  ],
  ['workflows/prove/step-question.ts', 'isOpaque(request.format) ? 1 : 0', '0'],
  ['domain/request/request.ts', "format === 'pkcs10' ||", ''],
  ['domain/request/request.ts', "|| format === 'csr-manifest'", ''],
  ['workflows/prove/step-question.ts', 'isNonEmpty(named) ? named : [minimum]', '[minimum]'],
  [
    'workflows/prove/effective-request-then.ts',
    'then === null ? null : effectiveDigestUnder',
    "then === null ? '' : effectiveDigestUnder",
  ],
  ['workflows/prove/prove.ts', 'commit: frame.commit', 'commit: deciding.history.repository.tip'],
  ['core/approval/build-evidence.ts', 'commit: context.commit', 'commit: landing.commit'],
  ['core/approval/build-evidence.ts', 'since: versionBefore(background)', 'since: null'],
  [
    'workflows/prove/attributes-files.ts',
    '...above.filter(file => file !== null), ...below',
    '...below',
  ],
]
