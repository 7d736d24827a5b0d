// Breaks of the guard: rules that admit a write they should deny, or deny one they should admit. Each is one line: the file below src, the
// text that is there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const GUARD = [
  ['setup/guard/guard-policy.ts', "failurePolicy: 'Fail'", "failurePolicy: 'Ignore'"],
  ['setup/guard/guard-policies.ts', "validationActions: ['Deny']", "validationActions: ['Warn']"],
  [
    'setup/guard/guard-policy.ts',
    'namespaces.length === 0 ? {} : { matchResources: inNamespaces(namespaces) }',
    '{}',
  ],
  ['setup/guard/guard-cel.ts', '`${HAS_UID} && ', '`'],
  ['setup/guard/guard-cel.ts', ' && ${HAS_LOGIN} && (request', ' && (request'],
  ['setup/guard/guard-cel.ts', '(request.namespace == ${celString(KUBE_SYSTEM)} && ', '('],
  [
    'setup/guard/guard-cel.ts',
    ".check('list').allowed()))`",
    ".check('list').allowed() || true))`",
  ],
  ['setup/guard/guard-cel.ts', " && ${IDS}[0].startsWith('JTI=')", ''],
  ['setup/guard/guard-cel.ts', '? HAS_TOKEN : HAS_CREDENTIAL', "? HAS_TOKEN : 'true'"],
  ['setup/guard/guard-cel.ts', 'accountOfUser(name).length > 0 ? `', 'false ? `'],
  [
    'setup/guard/guard-cel.ts',
    'request.userInfo.username == ${name} && ${HAS_TOKEN}',
    'request.userInfo.username == ${name}',
  ],
  ['setup/guard/guard-cel.ts', ' && has(namespaceObject.metadata.deletionTimestamp)', ''],
  [
    'setup/guard/guard-policy.ts',
    "ownIdentities(installation).map(isNoImpostor).join(' && ')",
    "'true'",
  ],
  ['setup/guard/guard-policy.ts', '...(approver === null ? [] : [approver.subject]),', ''],
  ['setup/guard/guard-cel.ts', ' || k.startsWith(${celString(CERT_MANAGER_PREFIX)})', ''],
  ['setup/guard/guard-cel.ts', ' || ${before}.exists(k, ${ours} && !(k in ${after}))', ''],
  [
    'setup/guard/guard-cel.ts',
    '!(k in ${before} && ${before}[k] == ${after}[k])',
    '!(k in ${before})',
  ],

  // Approvals.
  [
    'setup/guard/guard-for-approvals.ts',
    "['variables.isApply', ...approvers.map(isUser), ...controllers, ...isApprover].join(",
    "['true'].join(",
  ],
  [
    'setup/guard/guard-for-approvals.ts',
    "['variables.isApply', ...approvers.map(isUser), ...controllers, ...isApprover].join(",
    "['variables.isApply', ...approvers.map(isUser), ...isApprover].join(",
  ],
  [
    'setup/guard/guard-for-approvals.ts',
    'oldObject.spec.signerName == ${celString(KUBE_APISERVER_CLIENT_KUBELET)} && ',
    '',
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
    'oldObject.spec.signerName in ${celList(signers)} && !oldObject',
    '!oldObject',
  ],
  ['setup/guard/guard-for-approvals.ts', " && !oldObject.metadata.name.startsWith('cs-')", ''],
  [
    'setup/guard/guard-for-approvals.ts',
    "      ...lifetimes('oldObject', signers, `!(variables.isApply || ${approves(approver)}) || `),\n",
    '',
  ],

  // Requests.
  [
    'setup/guard/guard-for-approvals.ts',
    "`object.metadata.name.matches('^cs-[a-z0-9-]{1,90}$')`",
    "'true'",
  ],
  ['setup/guard/guard-for-approvals.ts', "isAmong('object', signers),", "'true',"],
  ['setup/guard/guard-for-approvals.ts', "      ...lifetimes('object', signers, ''),\n", ''],
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
  ['setup/guard/guard-for-bindings.ts', "(object.roleRef.kind == 'ClusterRole' && ", '('],
  [
    'setup/guard/guard-for-bindings.ts',
    '(has(s.namespace) ? s.namespace : request.namespace) == ${namespace} && ',
    '',
  ],
  [
    'setup/guard/guard-for-bindings.ts',
    '(has(s.namespace) ? s.namespace : request.namespace)',
    's.namespace',
  ],
  [
    'setup/guard/guard-for-bindings.ts',
    '${isOurs} && s.name.matches(${celString(`^${account}$`)})',
    '${isOurs}',
  ],
  [
    'setup/guard/guard-for-bindings.ts',
    ' && s.name.matches(${celString(`^${user(account)}$`)})',
    '',
  ],
  ['setup/guard/guard-for-bindings.ts', "(s.kind == 'User' && ", '(false && '],
  ['setup/guard/guard-for-bindings.ts', '${isOurs} && variables.name ==', 'variables.name =='],
  ['domain/cluster/grant.ts', '`g-${owner}-`', "'g-'"],

  // Writes.
  ['setup/guard/guard-for-writes.ts', 'variables.grants.size() == 1 && ', ''],
  [
    'setup/guard/guard-for-writes.ts',
    ".check('${verb}').allowed())",
    ".check('${verb}').allowed() || true)",
  ],
  ['setup/guard/guard-for-writes.ts', "['*/*'], ['*']", "['*/*'], ['CREATE', 'UPDATE']"],
  ['setup/guard/guard-for-writes.ts', 'celString(guardedPrefix(owner))', 'celString(prefix)'],
  ['setup/guard/guard-for-bindings.ts', '? variables.role in ${celList(wide)} :', '? true :'],
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
  ['setup/guard/guard-for-bindings.ts', 'variables.grants.size() == 0 && ((!', '((!'],
  [
    'setup/guard/guard-for-bindings.ts',
    "request.operation == 'UPDATE' && variables.subjects == variables.oldSubjects && ",
    "request.operation == 'UPDATE' && ",
  ],
  ['setup/guard/guard-for-bindings.ts', "${isSame('labels')} && ${isSame('annotations')} && ", ''],
  ['setup/guard/guard-for-bindings.ts', 'variables.oldOwners.exists(p, p.uid == o.uid)', 'true'],
  ['setup/guard/guard-for-bindings.ts', '!(${celIsSubject(revoker)}) || ', 'true || '],
  [
    'setup/guard/guard-for-bindings.ts',
    'variables.finalizers.all(f, f in variables.oldFinalizers) || ',
    'true || ',
  ],
  ['setup/guard/guard-for-bindings.ts', ' || variables.oldGrants.size() > 0)', ')'],

  // Records, revocations, marks.
  ['setup/guard/guard-for-objects.ts', ' || variables.name.startsWith(${celString(ours)}))', ')'],
  [
    'setup/guard/guard-for-objects.ts',
    ' && variables.name in ${celList(approver === null ? [] : approverObjectNames(approver, owner))}',
    '',
  ],
  ['setup/guard/guard-for-objects.ts', '      ...revocationRules(installation),\n', ''],
  [
    'setup/guard/guard-for-objects.ts',
    'variables.name.startsWith(${celString(revocationPrefix(owner))}) || ',
    '',
  ],
  [
    'setup/guard/guard-for-objects.ts',
    "['variables.labels', 'variables.oldLabels']",
    "['variables.oldLabels']",
  ],
  ['setup/guard/guard-for-objects.ts', 'object.data.all(k, object.data[k].size() <= 300)', 'true'],
  ['setup/guard/guard-for-objects.ts', '!has(object.binaryData)', 'true'],
  ['setup/guard/guard-for-objects.ts', 'variables.annotations[k].size() <= 1000', 'true'],
  ['setup/guard/guard-for-objects.ts', 'object.data.by == request.userInfo.username', 'true'],
  ['setup/guard/guard-for-objects.ts', '!(${isNamespace}) || ${MAY_DO_EVERYTHING}', 'true'],
  ['setup/guard/guard-for-objects.ts', ' && (!variables.isApprover || ${isApproverObject})', ''],
  [
    'setup/guard/guard-for-objects.ts',
    ' && (!(${celIsSubject(ownAccount(cluster, REVOKER_ACCOUNT))}) || variables.isRevocation)',
    '',
  ],
  [
    'setup/guard/guard-for-objects.ts',
    '(!has(object.type) || object.type in ${celList(SECRET_TYPES)})',
    'true',
  ],
  ['setup/guard/guard-for-objects.ts', ' && (${isSink(installation)})', ''],
  [
    'setup/guard/guard-for-objects.ts',
    "'!variables.isChanged || variables.isApply || variables.isOfAnother'",
    "'true'",
  ],
  ['setup/guard/guard-for-objects.ts', ' && variables.oldOwner != ${celString(owner)}', ''],
  [
    'setup/guard/guard-for-objects.ts',
    "(request.operation == 'DELETE' ? variables.oldOwner : variables.owner) == ${celString(owner)}",
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
  ['setup/guard/guard-for-tokens.ts', 'if (trusted.length === 0)', 'if (own.length === 0)'],
  ['setup/guard/guard-for-objects.ts', "variables.name != 'kube-root-ca.crt'", 'true'],
  [
    'setup/guard/guard-for-approvals.ts',
    'variables.isApply || ${approves(approver)}',
    'variables.isApply',
  ],
  ['setup/guard/guard-for-approvals.ts', ".exists(c, c.type == 'Approved')", '.size() > 0'],
  ['setup/guard/guard-for-tokens.ts', "!(${isResource('pods')}) || ", 'true || '],
  ['setup/guard/guard-for-tokens.ts', '|| ${MAY_DO_EVERYTHING})', '|| true)'],
  [
    'setup/guard/guard-for-tokens.ts',
    "request.userInfo.username.startsWith('system:node:') && ",
    '',
  ],
  ['setup/guard/guard-for-tokens.ts', " && object.spec.boundObjectRef.kind == 'Pod'", ''],
  [
    'setup/guard/guard-for-tokens.ts',
    '...controllers, ...approvers.flatMap(accountOfUser)',
    '...controllers',
  ],
  ['setup/guard/guard-for-workloads.ts', '`!(${ENTERS}) || ${MAY_DO_EVERYTHING}`', "'true'"],
  [
    'setup/guard/guard-for-workloads.ts',
    ' || (oldObject != null && oldObject.spec == object.spec) || variables.isCreator || ${MAY_DO_EVERYTHING}',
    ' || oldObject != null || variables.isCreator || ${MAY_DO_EVERYTHING}',
  ],
  [
    'setup/guard/guard-for-workloads.ts',
    "&& ${isController(`${celString(controllerName(''))} + variables.creators[o.kind]`)}",
    '',
  ],
]
