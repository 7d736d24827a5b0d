// Breaks of access: what is bound, what is removed, what a revocation stops, and what it removes. Each is one line: the file below src,
// the text that is there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const ACCESS = [
  // Before a certificate is requested.
  ['workflows/issue/prepare-access.ts', 'if (taken !== null) return refuse(taken)', ''],
  [
    'workflows/issue/prepare-access.ts',
    'if (isNonEmpty(ofKey)) return refuse(revokedKey(ofKey[0], request))',
    '',
  ],
  [
    'workflows/issue/prepare-access.ts',
    'isSame || !liftedBy(approved.proof, each)',
    '!liftedBy(approved.proof, each)',
  ],
  ['workflows/issue/prepare-access.ts', 'isSame || !liftedBy(approved.proof, each)', 'isSame'],
  [
    'workflows/issue/prepare-access.ts',
    'if (first !== undefined) return refuse(revokedHolder(first, at))',
    '',
  ],
  [
    'workflows/issue/prepare-access.ts',
    'grants.some(grant => earlier.has(grant))',
    'false && grants.length > 0',
  ],
  [
    'workflows/issue/prepare-access.ts',
    'roleFault(role, rules, request, session.cluster.kubectl) ?? changed',
    'roleFault(role, rules, request, session.cluster.kubectl)',
  ],
  [
    'workflows/issue/prepare-access.ts',
    'if (before === undefined || before === uid) return null',
    'return null',
  ],
  ['workflows/issue/prepare-access.ts', 'if (!guarded.ok) return guarded', ''],

  // The binding.
  [
    'workflows/issue/grant-access.ts',
    'return known.includes(grant) ? grant : null',
    'return grant',
  ],
  ['workflows/issue/grant-access.ts', 'if (!known.ok) return known', ''],
  ['workflows/issue/grant-access.ts', 'if (!cut.ok) return cut', ''],
  [
    'workflows/issue/grant-access.ts',
    'if (seen.ok && still.ok) return seen',
    'if (seen.ok) return seen',
  ],
  [
    'workflows/issue/grant-access.ts',
    'await endGrant(request, grant, session)\n    return still.ok',
    'return still.ok',
  ],
  [
    'workflows/issue/grant-access.ts',
    'await endGrant(request, grant, session)\n    throw cause',
    'throw cause',
  ],
  ['workflows/issue/grant-access.ts', 'isInUse && places.has(roleInPlaceText(binding))', 'isInUse'],
  [
    'workflows/issue/grant-access.ts',
    'isInUse && places.has(roleInPlaceText(binding))',
    'places.has(roleInPlaceText(binding))',
  ],
  [
    'workflows/issue/grant-access.ts',
    'if (looks === LOOKS) return refuse(notSeen(place, request))',
    'if (looks === LOOKS) break',
  ],
  [
    'workflows/issue/request-certificate.ts',
    'if (bound?.ok === false) return stopped(known, bound.problems)',
    '',
  ],
  [
    'workflows/issue/issue.ts',
    'await endGrant(step.request, grantOfAttempt(claimed), session)\n',
    '',
  ],

  // What lifts a revocation, and which are of the same holder.
  [
    'core/access/revoked-requests.ts',
    "if (proof.kind !== 'review') return false",
    "if (proof.kind !== 'review') return true",
  ],
  ['core/access/revoked-requests.ts', 'new Date(pullRequest.mergedAt) > at && ', ''],
  ['core/access/revoked-requests.ts', ' && approvals.every(each => new Date(each.at) > at)', ''],
  ['core/access/revoked-requests.ts', 'approvals.every(each', 'approvals.some(each'],
  [
    'core/access/revoked-requests.ts',
    "if (issued === null) return proof.kind === 'review'",
    'if (issued === null) return false',
  ],
  [
    'core/access/revoked-requests.ts',
    'attributeValues(subject, ATTRIBUTE_OIDS.CN).some(name => names.has(name)) ||\n',
    '',
  ],
  [
    'core/access/revoked-requests.ts',
    '(evidence !== null && peopleOf(evidence).some(({ id }) => people.has(id)))',
    'false',
  ],
  [
    'core/access/revoked-requests.ts',
    "value === (what === 'request' ? request : grant)",
    "what === 'request' && value === request",
  ],

  // Which bindings go.
  [
    'core/access/unneeded-bindings.ts',
    'if (!binding.isExact && binding.isGranting) return true',
    '',
  ],
  ['core/access/unneeded-bindings.ts', ' || !binding.isOfTheseRecords', ''],
  [
    'core/access/unneeded-bindings.ts',
    '!binding.grants.every(isNeeded)',
    '!binding.grants.some(isNeeded)',
  ],
  ['core/access/unneeded-bindings.ts', ' && unreadable.has(binding.request)', ''],
  ['core/access/unneeded-bindings.ts', 'if (isRevoked || notAfter <= now)', 'if (notAfter <= now)'],
  ['core/access/unneeded-bindings.ts', 'if (isRevoked || notAfter <= now)', 'if (isRevoked)'],
  [
    'core/access/unneeded-bindings.ts',
    "return ended.how === 'renewed' && !isOverlapOver",
    'return !isOverlapOver',
  ],
  [
    'core/access/unneeded-bindings.ts',
    "return ended.how === 'renewed' && !isOverlapOver",
    "return ended.how === 'renewed'",
  ],
  ['core/access/unneeded-bindings.ts', 'return record.withdrawnAt === null && ', 'return '],
  [
    'core/access/unneeded-bindings.ts',
    '(!isLost || record.issued?.objectName === objectName)',
    'true',
  ],
  ['core/access/unneeded-bindings.ts', 'isUnderWay || ', ''],
  ['core/access/unneeded-bindings.ts', ' || isLiveRole(binding.clusterRole)', ''],
  ['workflows/issue/grant-access.ts', ' && !isLiveRole(binding.clusterRole)', ''],
  [
    'core/access/unneeded-bindings.ts',
    'isNewest ? rolesInPlaces(known.access) : (issued?.granted?.places ?? [])',
    'issued?.granted?.places ?? []',
  ],
  [
    'workflows/withdraw/remove-bindings.ts',
    'if (!approved.mayHaveBindings && !each.records.some(hasGrant))',
    'if (!each.records.some(hasGrant))',
  ],

  // What a revocation removes.
  [
    'workflows/revoke/revoke.ts',
    'now === null ? target.bindings : bindingsOfTarget(target, owner, now)',
    'target.bindings',
  ],
  [
    'workflows/revoke/revoke.ts',
    'now === null ? target.bindings : bindingsOfTarget(target, owner, now)',
    'now === null ? [] : bindingsOfTarget(target, owner, now)',
  ],
  [
    'workflows/revoke/revoke.ts',
    "if (what === 'request')\n    for (const grant of",
    'if (false)\n    for (const grant of',
  ],
  [
    'workflows/revoke/revoke.ts',
    'await attempt(problems, () => cluster.revocations.add({ what, value }, by))',
    'if (!isKnown) await attempt(problems, () => cluster.revocations.add({ what, value }, by))',
  ],
  ['core/access/unneeded-bindings.ts', ', claim?.grant ?? null]', ']'],
  ['workflows/withdraw/withdraw.ts', '...(await endAccess(claimed.record, session, warnings))', ''],
  [
    'workflows/withdraw/withdraw.ts',
    'return foreign.map(each => foreignProblem(each, owner))',
    'return []',
  ],
  ['workflows/withdraw/remove-bindings.ts', 'failed.set(cluster.name, caughtProblem(cause))\n', ''],
  [
    'workflows/revoke/revocation-targets.ts',
    'grants.filter(grant => !others.includes(grant))',
    'grants',
  ],
  [
    'workflows/revoke/revocation-targets.ts',
    'binding.request === value && binding.isOfTheseRecords) ||\n      binding.grants.some(grant => grants.includes(grant)),',
    'binding.request === value && binding.isOfTheseRecords),',
  ],
  ['workflows/revoke/revocation-targets.ts', ' && binding.isOfTheseRecords', ''],
  [
    'workflows/revoke/revocation-targets.ts',
    'each => each === value || !each.startsWith(GRANT_PREFIX)',
    'each => !each.startsWith(GRANT_PREFIX)',
  ],

  // Writes that the guard refuses.
  ['workflows/issue/claim-attempt.ts', 'isClient(request) && (await', '(await'],
  ['workflows/issue/grant-access.ts', 'isGuardedGrant(grant)\n', 'true\n'],
  ['core/access/unneeded-bindings.ts', "|| ended.how === 'reissued'", ''],
  ['workflows/revoke/revoke.ts', '|| !isEachGuarded(target, await cluster.now())', ''],
  ['workflows/revoke/revoke.ts', "if (isLive !== false) return 'unknown'", ''],
  ['setup/guard/guard-for-writes.ts', 'contains(others, rest) && ', ''],
  ['entry/commands/manifests-command.ts', "if (user?.startsWith('system:'))", 'if (false)'],
  ['workflows/revoke/revoke.ts', 'grants.length === 0 ? keptCertificate(target) : null', 'null'],
  [
    'workflows/revoke/revoke.ts',
    "writes === 'refused' ? await cluster.bindingsOf({ username, groups: grants }) : all",
    'all',
  ],
  ['workflows/revoke/revoke.ts', ' || binding.endsWith(`(ClusterRole ${ADMINISTRATOR})`)', ''],
  ['setup/guard/guard-for-bindings.ts', " && variables.role != '${liveRole(owner)}')", ')'],
]
