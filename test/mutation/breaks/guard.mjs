// Breaks of the guard: rules that admit a write they should deny, or deny one they should admit. Each is one line: the file below src, the
// text that is there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const GUARD = [
  ['setup/guard/guard-policy.ts', "failurePolicy: 'Fail'", "failurePolicy: 'Ignore'"],
  ['setup/guard/guard-policies.ts', "validationActions: ['Deny']", "validationActions: ['Warn']"],
  [
    'setup/guard/guard-policies.ts',
    '...(matchResources === undefined ? {} : { matchResources })',
    '',
  ],
  [
    'setup/guard/guard-cel.ts',
    ' && has(request.userInfo.extra) && ${quoted(OWN_CREDENTIAL)} in request.userInfo.extra',
    '',
  ],
  ['setup/guard/guard-cel.ts', ' || k.startsWith(${quoted(CERT_MANAGER_PREFIX)})', ''],
  ['setup/guard/guard-cel.ts', ' || ${before}.exists(k, ${ours} && !(k in ${after}))', ''],
  [
    'setup/guard/guard-cel.ts',
    '!(k in ${before} && ${before}[k] == ${after}[k])',
    '!(k in ${before})',
  ],

  // Approvals.
  [
    'setup/guard/guard-for-approvals.ts',
    "['variables.isApply', ...users, ...controllers, ...isApprover].join(' || ')",
    "'true'",
  ],
  [
    'setup/guard/guard-for-approvals.ts',
    "['variables.isApply', ...users, ...controllers, ...isApprover].join(' || ')",
    "['variables.isApply', ...users, ...isApprover].join(' || ')",
  ],
  [
    'setup/guard/guard-for-approvals.ts',
    'oldObject.spec.signerName == ${quoted(KUBE_APISERVER_CLIENT_KUBELET)} && request',
    'request',
  ],
  [
    'setup/guard/guard-for-approvals.ts',
    "oldObject.spec.username == request.userInfo.username && oldObject.metadata.name.startsWith('cs-')",
    "oldObject.metadata.name.startsWith('cs-')",
  ],
  [
    'setup/guard/guard-for-approvals.ts',
    "oldObject.spec.username == request.userInfo.username && oldObject.metadata.name.startsWith('cs-')",
    'oldObject.spec.username == request.userInfo.username',
  ],
  [
    'setup/guard/guard-for-approvals.ts',
    'oldObject.spec.signerName in ${listed(signers)} && !oldObject',
    '!oldObject',
  ],
  ['setup/guard/guard-for-approvals.ts', " && !oldObject.metadata.name.startsWith('cs-')", ''],
  [
    'setup/guard/guard-for-approvals.ts',
    "        ...lifetimes('oldObject', signers, '!variables.isApply || '),\n",
    '',
  ],

  // Requests.
  [
    'setup/guard/guard-for-approvals.ts',
    "`object.metadata.name.matches('^cs-[a-z0-9-]{1,90}$')`",
    "'true'",
  ],
  ['setup/guard/guard-for-approvals.ts', "isAmong('object', signers),", "'true',"],
  ['setup/guard/guard-for-approvals.ts', "        ...lifetimes('object', signers, ''),\n", ''],
  ['setup/guard/guard-for-approvals.ts', '${said} <= variables.longest', 'true'],
  [
    'setup/guard/guard-for-approvals.ts',
    '(has(${said}) && ${said} <= variables.longest)',
    '!has(${said}) || ${said} <= variables.longest',
  ],
  ['setup/guard/guard-for-approvals.ts', '(${domain} in ${most} ? ${most}[${domain}] : 0)', '0'],

  // Bindings.
  [
    'setup/guard/guard-for-bindings.ts',
    "object.roleRef.kind == 'ClusterRole' && (${isAllowedRole(installation)})",
    "object.roleRef.kind == 'ClusterRole'",
  ],
  ['setup/guard/guard-for-bindings.ts', "object.roleRef.kind == 'ClusterRole' && ", ''],
  ['setup/guard/guard-for-bindings.ts', '? variables.role in ${listed(wide)} :', '? true :'],
  [
    'setup/guard/guard-for-bindings.ts',
    ' && request.namespace in {${map.join',
    ' && true || request.namespace in {${map.join',
  ],
  [
    'setup/guard/guard-for-bindings.ts',
    "variables.name.endsWith(':' + object.roleRef.name) && ",
    '',
  ],
  [
    'setup/guard/guard-for-bindings.ts',
    ' && variables.name.size() == ${grantPrefix(owner).length + ID_LENGTH + 1} + object.roleRef.name.size()',
    '',
  ],
  ['setup/guard/guard-for-bindings.ts', 'variables.subjects.size() == 1 && ', ''],
  ['setup/guard/guard-for-bindings.ts', "s.kind == 'Group' && s.name.matches", 's.name.matches'],
  ['setup/guard/guard-for-bindings.ts', " && variables.name.startsWith(s.name + ':')", ''],
  ['setup/guard/guard-for-bindings.ts', 'variables.grants.size() == 0 && (!', '(!'],
  [
    'setup/guard/guard-for-bindings.ts',
    'in ${listed(COLLECTORS)} && variables.subjects == variables.oldSubjects',
    'in ${listed(COLLECTORS)}',
  ],
  [
    'setup/guard/guard-for-bindings.ts',
    'variables.finalizers.all(f, f in variables.oldFinalizers) || ',
    'true || ',
  ],
  ['setup/guard/guard-for-bindings.ts', ' || variables.oldGrants.size() > 0', ''],

  // Records, revocations, marks.
  [
    'setup/guard/guard-for-objects.ts',
    ' || variables.oldOwner == ${quoted(owner)} || variables.name',
    ' || variables.name',
  ],
  [
    'setup/guard/guard-for-objects.ts',
    ' || variables.name.startsWith(${quoted(`countersign-${owner}-`)})',
    '',
  ],
  [
    'setup/guard/guard-for-objects.ts',
    ' && variables.name in ${listed(keptBy(approver, owner))}',
    '',
  ],
  [
    'setup/guard/guard-for-objects.ts',
    '...(accessRoles.length === 0 ? [] : [revocationsStay(owner)])',
    '',
  ],
  [
    'setup/guard/guard-for-objects.ts',
    '!variables.name.startsWith(${quoted(revocationPrefix(owner))})',
    'true',
  ],
  [
    'setup/guard/guard-for-objects.ts',
    "'!variables.isChanged || variables.isApply || variables.isOfAnother'",
    "'true'",
  ],
  ['setup/guard/guard-for-objects.ts', ' && variables.oldOwner != ${quoted(owner)}', ''],
  [
    'setup/guard/guard-for-objects.ts',
    '(has(request.dryRun) && request.dryRun) || variables.owner == ${quoted(owner)}',
    'true',
  ],
  [
    'setup/guard/guard-for-objects.ts',
    'oldObject == null || ${ownBefore(owner, mayAdopt)}',
    'true',
  ],
  [
    'setup/guard/guard-for-objects.ts',
    "mayAdopt ? `${ours} || variables.oldOwner == ''` : ours",
    "`${ours} || variables.oldOwner == ''`",
  ],
  ['setup/guard/guard-for-objects.ts', " || (oldObject != null && ${either('oldObject')})", ''],

  // Its own identity.
  [
    'setup/guard/guard-for-objects.ts',
    'runs ? [tokens, secrets] : [tokens, secrets, pods]',
    '[tokens, secrets]',
  ],
  [
    'setup/guard/guard-for-objects.ts',
    'request.userInfo.username != ${quoted(userName(subject))} && (',
    '(',
  ],
  ['setup/guard/guard-for-objects.ts', '(${kubelet} || ${MAY_APPROVE})', '(${kubelet} || true)'],
  ['setup/guard/guard-for-objects.ts', '...(approver === null ? [] : [approver.subject.name])', ''],
  ['setup/guard/guard-for-workloads.ts', '`!(${ENTERS}) || ${MAY_APPROVE}`', "'true'"],
  [
    'setup/guard/guard-for-workloads.ts',
    ' || (oldObject != null && oldObject.spec == object.spec) || variables.isCreator || ${MAY_APPROVE}',
    ' || oldObject != null || variables.isCreator || ${MAY_APPROVE}',
  ],
  [
    'setup/guard/guard-for-workloads.ts',
    " && request.userInfo.username in ['system",
    " && 'system' in ['system",
  ],
]
