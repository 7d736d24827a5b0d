// Breaks of the approver: which pending requests it approves, denies or leaves, for how long, and which names it keeps from other nodes.
// Each is one line: the file below src, the text that is there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const PENDING = [
  // The decision.
  [
    'core/pending/decide-pending.ts',
    '[...refusals, ...(isAllowed ? [] : verdict.problems)]',
    '[...(isAllowed ? [] : verdict.problems)]',
  ],
  [
    'core/pending/decide-pending.ts',
    "verdict.decision === 'undecided' || denying === undefined",
    'denying === undefined',
  ],
  ['core/pending/decide-pending.ts', '      denies &&\n', ''],
  ['core/pending/decide-pending.ts', " && each.result !== 'notApplicable'", ''],
  [
    'workflows/pending/judge-pending.ts',
    'object.signerName === signerName',
    'object.signerName !== null',
  ],
  [
    'workflows/pending/judge-pending.ts',
    "    ...unknown.map(usage => unplaced('SIGNER_USAGE', `no signer knows the usage ${quoted(usage)}`)),\n",
    '',
  ],
  ['workflows/pending/judge-pending.ts', '    ...refusals,\n', ''],
  ['workflows/decide/describe-request.ts', '    ...requesterProblems(creator, request),\n', ''],
  ['workflows/decide/describe-request.ts', '    ...providerProblems(request, cluster),\n', ''],
  ['workflows/pending/judge-pending.ts', '    ...builtInProblems(request, emergency),\n', ''],
  [
    'workflows/decide/describe-request.ts',
    '    ...signerProblems(request, signerNamed(cluster, request.signerName)).problems,\n',
    '',
  ],
  [
    'workflows/pending/judge-pending.ts',
    "all.some(({ code }) => code === 'INVENTORY_POOLS')",
    'all.length === 0',
  ],
  [
    'workflows/pending/judge-pending.ts',
    '?.maxDurationSeconds ?? null',
    '?.maxDurationSeconds ?? 1',
  ],

  // Names of other nodes.
  ['core/pending/node-names.ts', 'if (!DNS_SUBDOMAIN.pattern.test(node))', "if (node === '')"],
  ['core/pending/node-names.ts', 'holder.commonName !== commonName || ', ''],
  ['core/pending/node-names.ts', ' || (!isNode && holder.key !== null && holder.key !== key)', ''],
  ['core/pending/node-names.ts', '!isNode && holder.key !== null && ', 'holder.key !== null && '],
  ['core/pending/node-names.ts', '!isNode && holder.key !== null && ', '!isNode && '],
  [
    'core/pending/node-names.ts',
    'const uid = isNode ? undefined : nodes.get(node)',
    'const uid = undefined',
  ],
  ['core/pending/node-names.ts', "dns.includes('*') || ", ''],
  ['core/pending/node-names.ts', ' || API_SERVER.test(dns)', ''],
  [
    'core/pending/node-names.ts',
    '    ...request.sans.flatMap(san => dnsProblems(san, node, nodes)),\n',
    '',
  ],
  ['core/pending/node-names.ts', 'if (count <= MOST_NAMES) return []', 'return []'],
  ['core/pending/node-names.ts', 'holders.some(({ key }) => key !== null)', 'holders.length > 0'],
  [
    'core/pending/node-in-inventory.ts',
    'return sans.flatMap(san => (isOf(listed, san) ? [] : [notOf(node, san)]))',
    'return []',
  ],
  [
    'core/pending/node-in-inventory.ts',
    "nodeNames.map(each => each.replaceAll('.', '/'))",
    'nodeNames',
  ],
  ['core/pending/node-in-inventory.ts', '    ...full(pool, node, known, inventory),\n', ''],
  ['core/pending/node-in-inventory.ts', 'isIn(pool, name) && !nodes.has(name)', 'isIn(pool, name)'],
  ['core/pending/node-in-inventory.ts', 'if (owner !== undefined)\n', 'if (false)\n'],
  ['core/pending/node-in-inventory.ts', 'if (others.length > 0) {', 'if (false) {'],

  // Names that are kept until a certificate expires.
  ['core/pending/issued-names.ts', '.filter(({ until }) => until > now)', ''],
  ['core/pending/issued-names.ts', 'other.until < each.until', 'other.until > each.until'],
  ['core/pending/issued-names.ts', '    if (until > now) all.set', '    all.set'],
  [
    'workflows/pending/names-of-requests.ts',
    'leaf !== null && leaf.notAfter <= now',
    'leaf !== null',
  ],
  ['workflows/pending/names-of-requests.ts', " && !has('Denied')", ''],
  ['workflows/pending/names-of-requests.ts', ' + SIGNING_MS', ''],
  [
    'workflows/pending/names-of-requests.ts',
    'object.expirationSeconds ?? signer?.maxDurationSeconds',
    'signer?.maxDurationSeconds',
  ],
  ['workflows/pending/names-of-requests.ts', '.filter(({ commonName }) => isNode(commonName))', ''],
  [
    'workflows/pending/pending-turn.ts',
    '      await cluster.issuedNames.write(mergeIssued(stored.names, more, clock.now()), stored)\n',
    '',
  ],
  [
    'workflows/pending/pending-turn.ts',
    "if (decision.kind === 'approve') hold(facts.held, object, clock.now())",
    '',
  ],
  ['workflows/pending/pending-turn.ts', '...certified.flatMap(certifiedBy)]', ']'],

  // Turns.
  ['workflows/pending/pending-turn.ts', 'if (!ports.mayDecide()) break', ''],
  ['workflows/pending/pending-turn.ts', 'await check()\n  const problems', 'const problems'],
  ['workflows/pending/pending-turn.ts', " && !name.startsWith('cs-')", ''],
  ['core/pending/fair-turn.ts', 'if (queue.length < perUsername) queue', 'queue'],
  ['core/pending/fair-turn.ts', 'one.round - other.round || ', ''],
  ['core/pending/fair-turn.ts', '(other.judgedAt?.getTime() ?? 0)', '0'],
  ['workflows/pending/pending-turn.ts', '.toSorted(age)', ''],
  [
    'workflows/pending/pending-turn.ts',
    'isIssued ? this.#certified.get(name) : undefined',
    'undefined',
  ],
  [
    'workflows/pending/pending-turn.ts',
    'isIssued ? this.#certified.get(name) : undefined',
    'this.#certified.get(name)',
  ],
  [
    'workflows/pending/pending-turn.ts',
    'this.#listedAt.getTime() > LONGEST_GAP_MS',
    'this.#listedAt.getTime() < 0',
  ],
  ['workflows/pending/pending-turn.ts', 'if (isPending && large.length', 'if (large.length'],
  ['workflows/pending/pending-turn.ts', 'large.length >= MOST_LARGE', 'false'],
  ['workflows/pending/pending-turn.ts', "code === 'CLUSTER_TOO_LARGE'", 'false'],
  ['workflows/pending/pending-turn.ts', 'asksForAddress(object, known)', 'false'],
  ['core/pending/fair-turn.ts', 'one.seenAt.getTime() - other.seenAt.getTime()', '0'],

  // Trust.
  ['workflows/pending/policy-trust.ts', 'return now <= until ? trusted : null', 'return trusted'],
  ['workflows/pending/policy-trust.ts', '? trusted.since.getTime() + graceMs', '? now'],
  [
    'workflows/pending/policy-trust.ts',
    'if (isAway(problem) || isRefusal(problem)) throw cause',
    '',
  ],
  [
    'workflows/pending/policy-trust.ts',
    'if (proved.isAway) return\n    this.#trusted = proved.value',
    'if (proved.isAway) return\n    this.#trusted = proved.value ?? this.#trusted',
  ],
  ['workflows/pending/approver.ts', 'trusted === null || !leadership.isLeader', 'trusted === null'],
  ['workflows/pending/approver.ts', ' && this.trust.usable() === trusted', ''],
  [
    'workflows/pending/approver.ts',
    'if (older?.ok === false) throw new CountersignError(older.problems[0])',
    '',
  ],
  [
    'workflows/pending/approver.ts',
    'if (!(await leadership.actOn(commit, before))) return false',
    'await leadership.actOn(commit, before)',
  ],
]
