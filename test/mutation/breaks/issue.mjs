// Breaks of an issue: whose request is approved, which certificate is stored, and what is overwritten. Each is one line: the file below
// src, the text that is there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const ISSUE = [
  // Which object is ours.
  [
    'core/cluster/create-approve-wait.ts',
    'asksTheSame(found.request, manifest.request) &&\n',
    'true &&\n',
  ],
  ['core/cluster/create-approve-wait.ts', '    found.username === username &&\n', ''],
  ['core/cluster/create-approve-wait.ts', '    found.signerName === manifest.signerName &&\n', ''],
  [
    'core/cluster/create-approve-wait.ts',
    '    found.usages.join() === manifest.usages.join() &&\n',
    '',
  ],
  [
    'core/cluster/create-approve-wait.ts',
    '    (seconds === asked || (until !== null && seconds <= most)) &&\n',
    '',
  ],
  ['core/cluster/create-approve-wait.ts', 'until !== null && seconds <= most', 'seconds <= most'],
  [
    'core/cluster/create-approve-wait.ts',
    "condition(found, 'Approved') === undefined ? asked : durationSeconds",
    'durationSeconds',
  ],
  [
    'core/cluster/create-approve-wait.ts',
    "found.conditions.every(({ type, reason }) => type === 'Approved' && reason === APPROVED_REASON)",
    'true',
  ],
  [
    'core/cluster/create-approve-wait.ts',
    "if (denied !== undefined) return { move: 'stop', problem: deniedInCluster(seen, denied) }",
    '',
  ],

  // The approval.
  ['core/cluster/create-approve-wait.ts', 'if (objection !== null) return objection', ''],
  [
    'core/cluster/create-approve-wait.ts',
    'if (!(await attempt.mayApprove())) return claimLost(attempt.name)',
    '',
  ],
  [
    'core/cluster/create-approve-wait.ts',
    'if (found === null || isOther(found, first)) return stopped(lost(found, first))\n    seen',
    'if (found === null) return stopped(lost(found, first))\n    seen',
  ],
  [
    'core/cluster/create-approve-wait.ts',
    'if (found === null || isOther(found, first)) return stopped(lost(found, first))\n  const next',
    'if (found === null) return stopped(lost(found, first))\n  const next',
  ],
  [
    'core/cluster/signing-request-manifest.ts',
    'expirationSeconds: seconds',
    'expirationSeconds: seconds + 60',
  ],
  ['core/plan/access-end.ts', '- SIGNING_SECONDS', ''],
  ['core/plan/access-end.ts', 'left < SHORTEST_SECONDS ? null : Math.min', 'Math.min'],
  ['core/plan/access-end.ts', 'isLost || !isLast(request, step.until)', 'true'],
  ['core/plan/access-end.ts', "isOver ? 'Ended' : 'LastCertificate'", "'LastCertificate'"],
  ['core/policy/allowed-request.ts', 'until.getTime() <= latest', 'true'],
  ['core/policy/allowed-request.ts', 'until !== null && now !== null &&', 'until === null ||'],
  ['core/plan/plan-digests.ts', 'until: request.until.toISOString()', ''],
  [
    'workflows/issue/request-certificate.ts',
    'if (seconds === null) return stopped(first, endsTooSoon(request))',
    'if (seconds === null) throw new RangeError()',
  ],
  [
    'core/certificate/check-certificate.ts',
    'until !== null && notAfter > until',
    'until === null && notAfter < now',
  ],
  [
    'core/cluster/draft-attempt.ts',
    "if (!same(drafted.publicKey.spki, key.spki)) return 'the public key'",
    '',
  ],
  ['core/cluster/draft-attempt.ts', 'kind.value.algorithm !== spec.algorithm ||\n', ''],
  [
    'workflows/issue/issue-steps.ts',
    'session === undefined || interrupted.aborted',
    'session === undefined',
  ],

  // What the signer made.
  ['core/certificate/check-certificate.ts', '      ...keyProblems(leaf, spki, request),\n', ''],
  [
    'core/certificate/check-certificate.ts',
    '      ...issuedNameProblems(leaf, request, prediction),\n',
    '',
  ],
  ['core/certificate/check-certificate.ts', '      ...usageProblems(leaf, request),\n', ''],
  ['core/certificate/check-certificate.ts', '      ...caProblems(leaf, request),\n', ''],
  ['core/certificate/check-certificate.ts', '      ...dateProblems(leaf, request, now),\n', ''],
  [
    'core/certificate/check-certificate.ts',
    'signerCa === null ? [] : chainProblems(chain, signerCa, now)',
    '[]',
  ],
  [
    'core/certificate/check-certificate.ts',
    'leaf.extendedKeyUsage : [EXTENDED_KEY_USAGE_OIDS.anyExtendedKeyUsage]',
    'leaf.extendedKeyUsage : []',
  ],
  [
    'core/certificate/check-chain.ts',
    'faultOf(ca, now).length === 0 && isSignedBy(link, ca)',
    'isSignedBy(link, ca)',
  ],
  [
    'core/certificate/check-chain.ts',
    'end < 0 ? intermediates : intermediates.slice(0, end)',
    'intermediates',
  ],
  ['core/certificate/check-certificate.ts', 'longer > TOLERANCE_SECONDS', 'longer > 600'],
  [
    'core/certificate/check-names.ts',
    'const order = isPredicted ? structure : commonNames',
    'const order = commonNames',
  ],
  [
    'workflows/issue/inspect-certificate.ts',
    'if (isNonEmpty(problems)) return { ok: false, problems }',
    '',
  ],
  ['workflows/issue/inspect-certificate.ts', 'if (!login.ok) return login\n', ''],
  [
    'workflows/issue/inspect-certificate.ts',
    'seen.username === expected.username && hasGroups',
    'hasGroups',
  ],
  [
    'workflows/issue/inspect-certificate.ts',
    'seen.username === expected.username && hasGroups',
    'seen.username === expected.username',
  ],

  // A pair in a sink: whether it is stored again.
  ['workflows/issue/inspect-certificate.ts', 'problems.length > 0 ? null :', 'false ? null :'],
  ['workflows/issue/write-sinks.ts', ' || marks.effective !== approved.step.effective', ''],
  [
    'workflows/issue/write-sinks.ts',
    'if (spki === null || Buffer.compare(spki, chain.value.leaf.publicKey.spki) !== 0) return null',
    'if (spki === null) return null',
  ],
  ['workflows/issue/write-sinks.ts', 'n > (record.issued?.n ?? 0)', 'n > 0'],
  ['workflows/issue/write-sinks.ts', ' && certificate === record.issued.certificate', ''],
  [
    'workflows/issue/stored-keys.ts',
    'if (chain.ok && Buffer.compare(spki, chain.value.leaf.publicKey.spki) === 0) return key',
    'if (chain.ok) return key',
  ],

  // Sinks of others, and sinks that fail.
  ['workflows/issue/check-sinks.ts', 'if (taken !== null) return taken', ''],
  ['workflows/issue/check-sinks.ts', "return foreign ?? { kind: 'file',", "return { kind: 'file',"],
  [
    'workflows/issue/check-sinks.ts',
    "return foreign ?? { kind: 'githubSecret',",
    "return { kind: 'githubSecret',",
  ],
  ['workflows/issue/check-sinks.ts', 'return canGoOn ? null : problems', 'return null'],
  ['core/sink/sink-ownership.ts', 'marks.owner === holder.owner &&\n', ''],
  ['core/sink/sink-ownership.ts', 'marks.request === holder.request &&\n', ''],
  ['core/sink/sink-ownership.ts', '&&\n    marks.cluster === holder.cluster\n', ''],
  [
    'core/sink/sink-ownership.ts',
    'if (isListed && !isOfAnother(target, found.writtenAt, record)) return null',
    'if (isListed) return null',
  ],
  [
    'core/sink/deliver-credential.ts',
    'if (found !== null && holds(found, manifest)) return',
    'if (found !== null) return',
  ],
  ['core/sink/deliver-credential.ts', 'Buffer.compare(data[name], bytes) === 0', 'true'],
  [
    'workflows/issue/write-sinks.ts',
    "readable > 0 && open.kind !== 'secret' && delivered.length === 0",
    'false',
  ],

  // The record.
  ['workflows/issue/claim-attempt.ts', 'if (isOvertaken(found, step)) return', 'if (false) return'],
  [
    'workflows/issue/claim-attempt.ts',
    'object === null || object.username !== session.identity.username',
    'object === null',
  ],
  [
    'workflows/issue/request-certificate.ts',
    'if (await isOver()) return stopped(known)\n  for',
    'for',
  ],
  [
    'workflows/issue/request-certificate.ts',
    'if (known === null) return stopped(claimed)',
    "if (known === null) return { kind: 'ready', claimed, ...found }",
  ],
  [
    'workflows/issue/record-issued.ts',
    'return written.isOurs ? { ...claimed, record: written.record } : null',
    'return { ...claimed, record: written.record ?? claimed.record }',
  ],
  [
    'workflows/issue/record-issued.ts',
    '    .filter(target => !closed.includes(target) || before?.written.includes(target) === true)\n',
    '',
  ],
  [
    'workflows/issue/record-issued.ts',
    'const incomplete = [...missed, ...closed]',
    'const incomplete = [...missed]',
  ],
  ['workflows/issue/issue.ts', 'isNonEmpty(problems) && !isKept(opened, stored)', 'false'],
  [
    'workflows/issue/issue.ts',
    'if (step.request.sinks.length === 1 && !keyStays) {',
    'if (!keyStays) {',
  ],
]
