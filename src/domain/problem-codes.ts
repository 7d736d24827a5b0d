// Every code of a Problem, with its meaning. Codes are API: each rename needs a line in CHANGELOG.md. The first word names the
// module that reports the code. docs/errors.md is generated from this table.

export const CODES = {
  // lib/schema/, lib/source/
  FILE_PRIVATE_KEY: 'The file contains a private key. Private keys never belong in the repository.',
  FILE_YAML:
    'The file is not YAML or JSON as countersign reads it. It reads one document without anchors, aliases, tags or duplicate keys.',
  FILE_KIND:
    'The fields `apiVersion` and `kind` are not those of this kind of file, or it is not a regular file.',
  FILE_FIELD_UNKNOWN: 'The file has no field of this name.',
  FILE_FIELD_REQUIRED: 'A required field is missing.',
  FILE_FIELD_TYPE: 'The value has another type than the field takes.',
  FILE_FIELD_VALUE: 'The field does not take this value.',
  // request/
  REQUEST_FORMAT_UNKNOWN: 'The file has none of the formats that countersign reads.',
  REQUEST_PATH: 'The path of the file is not allowed for request files.',
  REQUEST_MODE:
    'The file is a symbolic link, a submodule or executable. A request file must be a regular file.',
  REQUEST_TOO_LARGE: 'The file is larger than 64 KiB.',
  REQUEST_ENCODING:
    'The file is not UTF-8 text, or contains control, bidirectional or zero-width characters, or a merge conflict.',
  REQUEST_NAME: 'The name is not a DNS-1123 label of at most 52 characters.',
  REQUEST_USAGE_UNKNOWN: 'The usage is not one of the 23 usages that Kubernetes knows.',
  REQUEST_DURATION: 'The duration cannot be read, or is too short.',
  REQUEST_UNTIL: 'The request ends so soon that no certificate can be issued for it.',
  REQUEST_KEY_UNSUPPORTED: 'countersign does not support these parameters of the private key.',
  REQUEST_CSR_BROKEN: 'The PKCS#10 request in the file cannot be read, or its signature is wrong.',
  REQUEST_CSR_DIFFERS: 'The names in the file differ from the names in its PKCS#10 request.',
  REQUEST_IDENTITY_MISSING: 'The request has neither a subject nor a subject alternative name.',
  REQUEST_SINK_MISSING:
    'The request has no sink, and no default sets the namespace of a Secret. The generated key would be lost.',
  REQUEST_MEMBER_MISSING: 'Neither the file nor a default sets a member that each request needs.',
  REQUEST_CLUSTER_MISSING:
    'The request names no cluster, and the configuration has no default for it.',
  REQUEST_CLUSTER_UNKNOWN: 'The request names a cluster that is not in `countersign.yaml`.',
  REQUEST_OPENSSL:
    'The OpenSSL configuration cannot be read, or depends on more than this file, such as an include or an environment variable.',
  REQUEST_OPENSSL_UNSUPPORTED:
    'The OpenSSL configuration requests something that countersign does not write into requests.',
  REQUEST_OPENSSL_IGNORED: 'OpenSSL ignores this part of the configuration.',
  REQUEST_CFSSL_AMBIGUOUS:
    'cfssl ignores this part of the file, or reads it differently from how it looks.',
  REQUEST_FIELD_UNSUPPORTED:
    'The field of this foreign format requests something that countersign does not do.',
  REQUEST_ISSUER_UNKNOWN:
    'No entry below `issuers` in `countersign.yaml` gives a signer for this `issuerRef`.',
  REQUEST_NONE: 'No readable request file is for this cluster, or below the given path.',
  REQUEST_NOT_EXPRESSIBLE: 'The countersign format cannot express a part of this request.',
  REQUEST_ACCESS_OWN_KEY:
    'A request with `access` and your own key needs exactly one grant in its PKCS#10, and one cluster.',
  REQUEST_ACCESS_USAGE:
    'A request with `access` needs the usage `client auth`, because the certificate has to log in.',
  // config/
  CONFIG_MISSING: 'There is no `countersign.yaml`, or it cannot be read.',
  CONFIG_DEFAULT_IDENTITY:
    'The `defaults` set a name, and names always come from the request itself.',
  CONFIG_USER_MISMATCH: 'A login and the id next to it belong to different GitHub accounts.',
  CONFIG_CLUSTER_UNPINNED:
    'This run needs `server` and `certificateAuthorityData` of the cluster, and the configuration lacks them.',
  CONFIG_CLUSTER_DIFFERS:
    'The credential names another API server or CA than `countersign.yaml`. countersign sent nothing.',
  CONFIG_FORGE:
    'The configuration names another server of the repository than the operator or the clone.',
  CONFIG_REPOSITORY: 'The configuration is of another repository.',
  CONFIG_SIGNER_MISSING: 'Neither the configuration nor a policy names a signer for the cluster.',
  CONFIG_CLUSTER_UNKNOWN: 'The cluster is not in `countersign.yaml`.',
  CONFIG_KUBECONFIG: 'The kubeconfig cannot be found, read or changed, or lacks the context.',
  CONFIG_KUBECONFIG_EXEC:
    'The kubeconfig starts a program to log in, and a workflow run does not start it.',
  CONFIG_SERVER_INSECURE:
    'The connection to the API server is not protected by https, or its certificate is not checked.',
  CONFIG_AUTH_UNSUPPORTED: 'This way to log in to the cluster does not work in this place.',
  // policy/
  POLICY_NAME_TWICE: 'Two policy files have the same `metadata.name`.',
  POLICY_EXPRESSION: 'The rule is not a CEL expression that gives true or false.',
  POLICY_EXPRESSION_UNSUPPORTED: 'The rule uses a part of CEL that countersign does not evaluate.',
  POLICY_EXPRESSION_FAILED: 'The rule gives no result for this request, so the request is denied.',
  POLICY_BROKEN:
    'A policy file that may apply to the request cannot be read, so the request is denied.',
  POLICY_NONE_APPLIES: 'No policy applies to the request, so the request is denied.',
  POLICY_OPAQUE:
    'A reviewer cannot read the request file, and the policy does not allow such files.',
  POLICY_REQUIRED: 'The policy requires a name that the request does not have.',
  POLICY_VALUE: 'The policy does not allow this name.',
  POLICY_SIGNER_PATTERN: 'Kubernetes permissions cannot express this pattern of signers.',
  POLICY_SAN_KIND: 'No policy can allow this kind of subject alternative name.',
  POLICY_USAGE: 'The policy does not allow this usage.',
  POLICY_CA: 'The policy does not allow CA certificates.',
  POLICY_DURATION: 'The policy does not allow this duration.',
  POLICY_KEY: 'The policy does not allow this algorithm or size of key.',
  POLICY_KEY_AGE:
    'The key is older than `maxKeyAge` of the policy allows, so no new certificate is issued for it.',
  POLICY_UNTIL: 'The request has no `until`, or a later one than `maxUntil` of the policy allows.',
  POLICY_SINK: 'The policy does not allow this sink.',
  POLICY_ACCESS: 'The policy does not allow this access.',
  POLICY_ACCESS_RESERVED:
    'The ClusterRole is `cluster-admin`, or reserved for Kubernetes. No policy can allow it.',
  POLICY_RULE: 'A rule of the policy is not true for this request.',
  POLICY_NAME_RESERVED: 'The user name is reserved for Kubernetes.',
  POLICY_GROUP_RESERVED: 'The group is reserved for Kubernetes.',
  POLICY_GRANT_RESERVED:
    'The name begins with `countersign:`, or looks like it. That prefix is reserved for grants.',
  POLICY_EMERGENCY_PERSON:
    'The user name is that of a person of `emergency`, who could then ask twice.',
  POLICY_NAME_LOOKALIKE: 'The name looks like a name that is reserved for Kubernetes.',
  POLICY_NAME_FORM:
    'The name has spaces at its ends, hidden characters, or letters in an unusual form.',
  POLICY_NAME_SCRIPTS:
    'The name mixes scripts, for example Latin and Cyrillic, so that it can look like another name.',
  POLICY_CA_USAGE: 'The usage would make the holder of the key a CA.',
  POLICY_KEY_REUSED: 'Another request has the same public key.',
  POLICY_EXCEPTION_USED:
    'An exception in `countersign.yaml` allows something that would be refused. This is a warning.',
  POLICY_EXCEPTION_EXPIRED:
    'An exception in `countersign.yaml` is past its last day, so it no longer applies.',
  // x509/
  X509_PEM: 'The text is not exactly one PEM block of the expected kind.',
  X509_DER: 'The bytes are not DER, or are cut short.',
  X509_STRUCTURE: 'The DER is valid, but is not the structure that belongs here.',
  X509_STRING: 'A text in the DER cannot be read in its own encoding.',
  X509_ALGORITHM: 'The algorithm of the key or of the signature is not supported.',
  X509_SIGNATURE: 'The signature does not match the key and the bytes.',
  X509_PASSWORD: 'The keystore has another password, or was changed after it was written.',
  // kubernetes/
  SIGNER_NAME: 'The API server does not accept this `signerName`.',
  SIGNER_LEGACY:
    'The signer `kubernetes.io/legacy-unknown` does not exist in `certificates.k8s.io/v1`.',
  SIGNER_UNKNOWN_BUILT_IN:
    'Kubernetes has no signer of this name. The request would be approved and never signed.',
  SIGNER_USAGE: 'The signer never signs this usage.',
  SIGNER_USAGE_MISSING: 'The signer requires a usage that the request does not have.',
  SIGNER_USAGE_DUPLICATE: 'The list has the same usage twice.',
  SIGNER_USAGE_NONE: 'The list of usages is empty. The API server requires at least one.',
  SIGNER_REQUESTER:
    'The signer signs only for nodes that create their own request, and another user created this one.',
  SIGNER_DURATION: 'The API server takes durations from 600 to 2147483647 s.',
  SIGNER_SUBJECT: 'The signer refuses this subject.',
  SIGNER_SAN: 'The signer refuses these subject alternative names.',
  SIGNER_MASTERS:
    'The API server refuses the group `system:masters`, because it bypasses every authorization rule.',
  SIGNER_KEY: 'The API server cannot use this key or signature algorithm.',
  SIGNER_EXTENSION: 'The PKCS#10 contains an extension that no rule checks, so it is refused.',
  SIGNER_SIZE: 'The request is larger than the API server or etcd accepts.',
  SIGNER_DROPS: 'The signer leaves this name out of the certificate. This is a warning.',
  SIGNER_SHORTENS:
    'The signer issues a shorter certificate than the request asks for. This is a warning.',
  SIGNER_LOGIN_NOBODY: 'A client certificate without a common name has no user name.',
  // plan/
  PLAN_NAME_TAKEN: 'The sink belongs to another installation or another request.',
  PLAN_NAME_TWICE: 'Two files have the same request name, identity or sink.',
  PLAN_RENEWAL_TIGHT:
    'The certificate is renewed so shortly before its end that a daily schedule may come too late. This is a warning.',
  PLAN_OWN_KEY_RENEWED:
    'A certificate for a key that its owner keeps was renewed. Its owner has to fetch the new one.',
  PLAN_BACK_OFF:
    'The request failed before. Runs that start by themselves wait for 1 to 32 h before the next attempt.',
  PLAN_RECORD_FULL: 'So many certificates of the request are still valid that its record is full.',
  PLAN_LIMIT_ISSUE:
    'One run would issue more certificates than `limits.maxIssue` allows. Nothing was issued.',
  PLAN_CHECKOUT_OLD:
    'The branch does not contain the newest applied commit, so its files may be older.',
  PLAN_WITHDRAW_UNKNOWN:
    'The request file is gone, and git does not say in which sinks its certificate is. Nothing was deleted.',
  PLAN_CA_RETIRING:
    'A CA of a signer is `retiring`. The message says which certificates are still of it.',
  PLAN_LIMIT_WITHDRAW:
    'One run would withdraw more certificates than `limits.maxWithdraw` allows. Nothing was withdrawn.',
  // approval/
  APPROVAL_COMMAND_LINE: 'This place does not allow approval at a terminal.',
  APPROVAL_DECLINED: 'The person at the terminal did not answer yes.',
  APPROVAL_MISSING: 'Not enough people approved the file. No approval of it became invalid.',
  APPROVAL_DIRECT_PUSH: 'The content came to the default branch by a push, without a pull request.',
  APPROVAL_HISTORY_REWRITTEN: 'The default branch was rewritten, or no longer contains the commit.',
  APPROVAL_UNTRACED:
    'GitHub does not show which pull request or push brought the content to the default branch.',
  APPROVAL_TOO_LARGE:
    'The pull request has more than 300 files or 250 commits, and GitHub does not list the rest.',
  APPROVAL_BASE_UNPROVED:
    'An approval of this pull request would also cover an earlier change on the default branch that nobody approved.',
  APPROVAL_OTHER_CONTENT: 'The approval was for another version of the file.',
  APPROVAL_OTHER_EFFECTIVE_REQUEST:
    'The configuration changed after the approval, and now gives another effective request for the same file.',
  APPROVAL_OTHER_BASE:
    'The approved diff was over another base than the merge: another branch, or another version of the file or of a file with its name.',
  APPROVAL_NOT_SHOWN: 'The approved diff did not show every unapproved line of the file.',
  APPROVAL_AFTER_MERGE: 'The approval came after the merge, or in the same second.',
  APPROVAL_SELF: 'The reviewer contributed to the pull request.',
  APPROVAL_REVIEWER_NOT_ELIGIBLE: 'This person may not approve the file.',
  APPROVAL_CHANGES_REQUESTED:
    'A person who may approve the file requested changes, and that review was still open at the merge.',
  APPROVAL_DISMISSED: 'The approval was dismissed.',
  APPROVAL_UNATTRIBUTED:
    'GitHub knows no person for a part of the change, so one more approval is needed.',
  APPROVAL_PUSHER_UNKNOWN:
    'GitHub does not say who pushed the change, so one more approval is needed.',
  APPROVAL_EXPIRED: 'The approval is older than `approval.maxAge` of the configuration.',
  APPROVAL_UNVERIFIABLE: 'GitHub no longer shows the content that the reviewer saw.',
  APPROVAL_HEAD_YOUNG:
    'The file was pushed only seconds before the approval, so the reviewer may have seen the version before.',
  APPROVAL_NOT_HEAD:
    'The approval is not for the merged commit, and `approval.strict` requires that.',
  APPROVAL_MERGED_BY_PUSH:
    'A push merged the pull request, or GitHub does not say how it was merged.',
  APPROVAL_RIGHTS_UNREADABLE:
    'The token cannot read whether the reviewer may write to the repository.',
  APPROVAL_TEAM_UNREADABLE: 'The token cannot read whether the reviewer belongs to the team.',
  APPROVAL_CODE_OWNERS:
    'The CODEOWNERS file has a line that GitHub ignores or reads differently from how it looks.',
  APPROVAL_NO_TRUST_ROOT:
    'The configuration does not lead back to the one that this installation trusts. Nothing is issued until it does.',
  APPROVAL_CONFIG_MOVED:
    'The configuration changed on the default branch after the commit of this run.',
  APPROVAL_ENDED_BEFORE:
    'An approved version of the request ends its certificate. Later changes on the default branch are not approved, so they do not prolong it.',
  APPROVAL_ENDS_UNREAD:
    'So much came to the default branch without approval that a run does not read all that may have been approved below it.',
  APPROVAL_FILE_MOVED: 'The file changed on the default branch after the commit of this run.',
  APPROVAL_MIXED: 'The pull request changed request files and configuration together.',
  APPROVAL_HIDDEN:
    'GitHub does not show the diff of the file by itself, because of attributes, the file name or the size. A reviewer could approve it unread.',
  APPROVAL_REVIEWER_LEFT: 'A reviewer may no longer approve. Renewals continue for 30 days.',
  APPROVAL_EVIDENCE_MISSING: 'The record has no evidence for this certificate.',
  APPROVAL_EVIDENCE_UNREADABLE: 'This version of countersign cannot read the evidence.',
  APPROVAL_EVIDENCE_DIFFERS: 'The evidence in the record contradicts GitHub.',
  APPROVAL_RULES_UNREADABLE:
    'The rules of the default branch cannot be read, so the number of required approvals is unknown.',
  APPROVAL_API_INCOMPLETE: 'GitHub returned only a part of the data.',
  // cluster/
  CLUSTER_UNREACHABLE: 'The API server cannot be reached.',
  CLUSTER_UNAUTHORIZED: 'The API server does not accept the credential.',
  CLUSTER_FORBIDDEN: 'The login lacks a permission.',
  CLUSTER_NOT_SET_UP: 'The cluster lacks namespaces or rights that the run needs.',
  CLUSTER_ADMISSION:
    'An admission policy or an admission webhook of the cluster refused the change, or a webhook did not answer.',
  CLUSTER_QUOTA: 'A quota of the namespace is used up.',
  CLUSTER_TERMINATING: 'The namespace is being deleted, and Kubernetes creates nothing in it.',
  CLUSTER_REFUSED: 'The API server refused the object.',
  CLUSTER_ANSWER: 'countersign cannot understand an answer of the API server.',
  CLUSTER_TIMEOUT: 'The API server did not answer in time.',
  CLUSTER_TOO_LARGE: 'Objects in the cluster are too large to be read. All others were read.',
  CLUSTER_NO_CLIENT_SIGNER: 'This kind of cluster signs no client certificates.',
  CLUSTER_NAME_OCCUPIED:
    'Other objects have the names that countersign needs for its CertificateSigningRequest.',
  CLUSTER_DENIED: 'A person or a program denied the CertificateSigningRequest in the cluster.',
  CLUSTER_FAILED: 'The signer marked the CertificateSigningRequest as failed.',
  CLUSTER_DELETED: 'Another client deleted the CertificateSigningRequest before it was signed.',
  CLUSTER_REPLACED:
    'Another client deleted the CertificateSigningRequest and created another one with the same name.',
  CLUSTER_UNSIGNED:
    'The CertificateSigningRequest is approved, but no signer issued a certificate in time.',
  CLUSTER_CLAIMED: 'Another run works on this request.',
  CLUSTER_CLAIM_LOST: 'The claim of this run on the record ended before the work did.',
  CLUSTER_DRAFT_DIFFERS:
    'The drafted request differs from what was approved, for example because the stored key has another size.',
  CLUSTER_ORPHAN:
    'An object of countersign exists in the cluster, and no record lists it, or no file requests it any more.',
  CLUSTER_CERTIFICATE_UNKNOWN: 'No record lists this certificate.',
  CLUSTER_RECORD: 'The record of the request cannot be read.',
  CLUSTER_RESTORED:
    'The cluster was restored from a backup, and lost changes that a run remembers.',
  CLUSTER_NOT_FOUND: 'There is no CertificateSigningRequest with this name.',
  CLUSTER_DECIDED:
    'The CertificateSigningRequest was approved or denied before, and Kubernetes does not allow a change of that.',
  CLUSTER_CHANGED:
    'The CertificateSigningRequest changed or was deleted after it was shown. Nothing was done.',
  CLUSTER_UNREADABLE:
    'The PKCS#10 in the CertificateSigningRequest cannot be read, so it cannot be approved.',
  CLUSTER_NOT_ISSUED: 'The CertificateSigningRequest contains no certificate.',
  // certificate/
  CERTIFICATE_BROKEN: 'The signer did not return a certificate chain.',
  CERTIFICATE_KEY: 'The certificate has another public key than the request.',
  CERTIFICATE_NAMES: 'The certificate has other names than expected.',
  CERTIFICATE_USAGE: 'The certificate has other usages than the request.',
  CERTIFICATE_CA:
    'The signer returned a CA certificate, so the holder of its key could sign others.',
  CERTIFICATE_DATES:
    'The certificate is not valid now, or is valid for much longer than requested.',
  CERTIFICATE_SHORT:
    'The certificate is valid for a shorter time than requested. This is a warning.',
  CERTIFICATE_CHAIN: 'The certificate does not chain to the CA of the signer.',
  CERTIFICATE_CHAIN_UNCHECKED:
    'The CA of the signer is not known, so countersign did not check the chain. This is a warning.',
  // sink/
  SINK_UNSUPPORTED: 'countersign does not write this form of sink.',
  SINK_NOT_OWNED: 'The Secret, file or GitHub secret exists, and countersign did not write it.',
  SINK_UNKNOWN: 'The login may not read the Secret, so its content and the next step are unknown.',
  SINK_IMMUTABLE: 'The Secret is immutable, so no new certificate can be stored in it.',
  SINK_TYPE:
    'The Secret has another type than the request needs, and Kubernetes never changes a type.',
  SINK_CONFLICT: 'Another client changed the sink during this run. It was not overwritten.',
  SINK_DIFFERS: 'The sink does not hold what countersign just wrote.',
  SINK_LOGIN:
    'The new credential does not log in as expected. Nothing was stored, and the old credential remains valid.',
  SINK_ENVIRONMENT:
    'The sink `githubSecret` has no environment. Everyone who can push a branch could read such a secret.',
  SINK_RECIPIENTS:
    'An artifact with a private key has no recipients, so everyone who can read the repository could read the key.',
  SINK_PLACEHOLDER:
    'The name of the sink has an unknown placeholder, or lacks `{cluster}` in a request for several clusters.',
  SINK_KEY_UNREADABLE:
    'With `rotationPolicy: Never`, countersign has to read the key, and no sink shows it.',
  SINK_PUBLIC:
    'The certificate would be an artifact of a public repository, which everyone can download.',
  SINK_NO_RUNNER: 'Only a workflow run on GitHub can write an artifact, and this is not one.',
  SINK_ARTIFACT: 'GitHub did not accept the artifact.',
  SINK_ARTIFACT_BROKEN: 'The artifact is not a zip archive with a certificate.',
  SINK_PASSWORD: 'The password for the keystore is missing.',
  SINK_NEEDS_KEY: 'The sink would need the private key, and its owner keeps it.',
  SINK_TOKEN:
    'A GitHub secret needs a token of a GitHub App or a person. The token of a job cannot write secrets.',
  SINK_TOO_LARGE: 'The value is larger than 48 KB, the limit of GitHub for a secret.',
  SINK_CHANGED:
    'Another client wrote the Secret or the GitHub secret after countersign did. countersign wrote it again. This is a warning.',
  SINK_INCOMPLETE: 'The certificate is stored in some of its sinks, and not in all.',
  SINK_FILE: 'The file cannot be written, or other users could read or replace it.',
  SINK_FILE_IN_ACTION:
    'The sink `file` works at the command line only. The machine of a workflow run is deleted after it.',
  SINK_KEY_DIFFERS: 'The private key does not belong to the certificate.',
  SINK_NOT_DELETED:
    'A withdrawal, or a change of the sinks, leaves this credential in place. countersign deletes only what a file in git lists.',
  SINK_NO_CERTIFICATE: 'There is no certificate for the request in this place.',
  // access/
  ACCESS_ROLE_UNKNOWN: 'The ClusterRole does not exist in the cluster.',
  ACCESS_ROLE_EMPTY: 'The ClusterRole has no rules, so it gives no access.',
  ACCESS_NAMESPACE_MISSING: 'The namespace does not exist in the cluster.',
  ACCESS_NAMESPACE_CHANGED:
    'The namespace was deleted and created again after the access was approved.',
  ACCESS_ROLE_CHANGED: 'The ClusterRole has other rules than when it was bound.',
  ACCESS_BINDING_FOREIGN: 'A binding has the name of a grant, and another role or other subjects.',
  ACCESS_FORBIDDEN: 'The login of countersign may not bind the ClusterRole.',
  ACCESS_FINALIZER:
    'A finalizer keeps a binding after its access ended. The binding has no subjects, so it gives no access.',
  ACCESS_UNGUARDED:
    'The guard does not limit the bindings of this login, so countersign creates none.',
  ACCESS_NOT_SEEN: 'The new certificate does not have the access that its bindings give.',
  ACCESS_REVOKED: 'The access was revoked, and nobody approved a change of the request after that.',
  ACCESS_GRANT_TAKEN:
    'The grant in this PKCS#10 belongs to another request, or to a certificate that works longer than this request.',
  ACCESS_ENDED: 'A valid certificate has lost all or a part of the access of its request.',
  ACCESS_LEFT: 'After a revocation, something else may still give access.',
  // control/
  EMERGENCY_REQUEST: 'The request is not one that the configuration names for an emergency.',
  EMERGENCY_PERSON:
    'The login is not a person of `emergency`, asks a second time, or has no id because it is impersonated.',
  EMERGENCY_DURATION: 'The asked time is shorter than 10 minutes, or longer than `maxDuration`.',
  EMERGENCY_ENDED: 'The ask is too old, or was used before.',
  EMERGENCY_UNGUARDED: 'The guard does not check who asks, or did not when the ask was made.',
  EMERGENCY_FILES: 'The files that an emergency needs cannot be kept, or are not kept.',
  EMERGENCY_CONTROLLER:
    'No controller works in the cluster, and only a controller issues in an emergency.',
  CONTROLLER_BUDGET:
    'The certificate is too short-lived for the calls to GitHub that the controller may make.',
  CONTROLLER_CLOCK: 'The clocks of the controller and of the API server differ.',
  CONTROLLER_COMMIT: 'The default branch no longer contains a commit that the controller acted on.',
  CONTROLLER_MOVED:
    'The configuration names another place for the records than when the controller started.',
  CONTROLLER_NOT_LEADER: 'Another controller leads, so this one writes nothing.',
  CONTROLLER_OFFLINE:
    'GitHub has not answered for longer than `approval.offlineGrace` allows, so the controller renews nothing.',
  CONTROLLER_OTHER_CLUSTER: 'The request is for a cluster that this controller does not manage.',
  // pending/
  INVENTORY_TWICE: 'Two nodes have the same name or address, or two pools have the same name.',
  INVENTORY_POOLS: 'The name of the node matches two pools of the inventory.',
  INVENTORY_MISSING:
    'The configuration names no inventory for the cluster, or the inventory has no file.',
  INVENTORY_UNAPPROVED:
    'A change of the inventory was not approved. Until it is, no request of a kubelet is approved.',
  PENDING_INVENTORY: 'The inventory does not have the node, or not this name or address of it.',
  PENDING_TOO_MANY:
    'A pool has its maximum of nodes, or a node has its maximum of 64 names and addresses.',
  PENDING_ADDRESS: 'A kubelet asks first for an address that another Node reports.',
  PENDING_NODE: 'A name in the request of a kubelet is not the name of a node.',
  PENDING_OTHER_NODE: 'The request of a kubelet has a name or address of another node.',
  // audit/
  AUDIT_NEVER_ISSUED:
    'A certificate was used that countersign never issued, with a grant, user name or group of a request.',
  AUDIT_UNKNOWN_CREDENTIAL:
    'A client certificate was used that no record and no `knownCredentials` list.',
  AUDIT_USED_AFTER_END: 'A certificate was used after it was withdrawn, abandoned or revoked.',
  AUDIT_UNPROVED: 'No record says who approved this client certificate.',
  AUDIT_EMERGENCY: 'A certificate was issued in an emergency, and no pull request approved it.',
  AUDIT_LOG: 'The audit log, or a part of it, cannot be read.',
  // github/
  GITHUB_UNREACHABLE: 'GitHub cannot be reached.',
  GITHUB_INSECURE: 'The address of the GitHub API is neither https nor on this machine.',
  GITHUB_UNAUTHORIZED:
    'GitHub does not accept the token. It is expired, revoked or for another host.',
  GITHUB_APP_KEY: 'The private key of the GitHub App cannot be read.',
  GITHUB_FORBIDDEN: 'The token lacks a permission.',
  GITHUB_NOT_FOUND: 'GitHub does not have this object, or does not show it to this token.',
  GITHUB_LIMIT:
    'GitHub accepts no more calls with this token for a time that is longer than a run can wait.',
  GITHUB_TIMEOUT: 'GitHub did not answer in time.',
  GITHUB_UNAVAILABLE: 'GitHub answered with an error of its own (5xx).',
  GITHUB_ANSWER: 'countersign cannot understand an answer of GitHub.',
  // entry/
  RUN_USAGE: 'The command line or an input of the action is wrong.',
  RUN_FILES: 'A file or folder cannot be read or written.',
  RUN_PAGE_VISIBILITY:
    'The input `page` asks for GitHub Pages, and the repository is not public. Everyone might read the page.',
  RUN_GIT: 'A git command failed.',
  RUN_INTERRUPTED: 'The run was interrupted before it began this request.',
  RUN_BUG: 'countersign has a bug.',
} as const

export type Code = keyof typeof CODES
