// Every code a Problem can carry, with what it means. Codes are API: renamed only with a line in CHANGELOG.md.
// The first word is the room (or toolbox) that finds it. docs/errors.md is made from this table.

export const CODES = {
  // request/
  REQUEST_FORMAT_UNKNOWN: 'The file is in none of the formats countersign reads.',
  REQUEST_PRIVATE_KEY: 'The file holds a private key. Keys never belong into the repository.',
  REQUEST_PATH: 'The path of the file is not one that request files may have.',
  REQUEST_MODE:
    'The file is a symbolic link, a submodule or executable; requests are regular files.',
  REQUEST_TOO_LARGE: 'The file is larger than a request may be.',
  REQUEST_ENCODING:
    'The file is not UTF-8, or holds control, bidirectional or zero-width characters.',
  REQUEST_YAML:
    'The file is not YAML or JSON as countersign reads it (one document, no anchors, aliases, tags or duplicate keys).',
  REQUEST_KIND: 'apiVersion and kind name nothing that countersign reads.',
  REQUEST_FIELD_UNKNOWN: 'The field does not exist.',
  REQUEST_FIELD_REQUIRED: 'A required field is missing.',
  REQUEST_FIELD_TYPE: 'The value is of another type than the field takes.',
  REQUEST_FIELD_VALUE: 'The value is not one that the field takes.',
  REQUEST_NAME: 'The name is not a DNS-1123 label of at most 52 characters.',
  REQUEST_USAGE_UNKNOWN: 'The usage is not one of the 23 that Kubernetes knows.',
  REQUEST_DURATION: 'The duration cannot be read, or is too short.',
  REQUEST_KEY_UNSUPPORTED: 'The private key parameters are not supported.',
  REQUEST_CSR_BROKEN:
    'The PKCS#10 request inside the file cannot be read, or its signature is wrong.',
  REQUEST_CSR_DIFFERS: 'The PKCS#10 request and the names beside it do not agree.',
  REQUEST_IDENTITY_MISSING:
    'The request names nobody: neither a subject nor a subject alternative name.',
  REQUEST_SINK_MISSING: 'There is no sink, and nothing says where the default Secret would go.',
  REQUEST_SIGNER_MISSING: 'No signerName in the file or in the defaults.',
  REQUEST_USAGES_MISSING: 'No usages in the file or in the defaults.',
  REQUEST_DURATION_MISSING: 'No duration in the file or in the defaults.',
  REQUEST_CLUSTER_MISSING: 'No cluster in the file, in the defaults, or as defaultCluster.',
  REQUEST_CLUSTER_UNKNOWN: 'The cluster is not in the configuration.',
  REQUEST_OPENSSL:
    'The OpenSSL configuration cannot be read, or uses what one file cannot decide (includes, the environment).',
  REQUEST_OPENSSL_UNSUPPORTED:
    'The OpenSSL configuration asks for something that countersign does not write into requests.',
  // config/
  CONFIG_MISSING: 'There is no countersign.yaml, or it cannot be read.',
  CONFIG_PRIVATE_KEY:
    'countersign.yaml holds a private key. Keys never belong into the repository.',
  CONFIG_YAML: 'countersign.yaml is not YAML as countersign reads it.',
  CONFIG_KIND: 'apiVersion or kind of countersign.yaml is wrong.',
  CONFIG_FIELD_UNKNOWN: 'The field does not exist in countersign.yaml.',
  CONFIG_FIELD_REQUIRED: 'A required field of countersign.yaml is missing.',
  CONFIG_FIELD_TYPE: 'The value is of another type than the field takes.',
  CONFIG_FIELD_VALUE: 'The value is not one that the field takes.',
  CONFIG_DEFAULT_IDENTITY: 'Defaults never fill in identity.',
  CONFIG_CLUSTER_UNPINNED: 'server and certificateAuthorityData are required here.',
  CONFIG_CLUSTER_DIFFERS: 'The credential and the configuration name different API servers or CAs.',
  CONFIG_CLUSTER_UNKNOWN: 'The cluster is not in countersign.yaml.',
  CONFIG_KUBECONFIG: 'The kubeconfig cannot be found or read, or lacks the context.',
  CONFIG_KUBECONFIG_EXEC: 'exec and auth-provider entries of a kubeconfig are refused in GitHub.',
  CONFIG_SERVER_INSECURE:
    'The API server is neither https nor on loopback, or its certificate is not checked.',
  CONFIG_AUTH_UNSUPPORTED: 'This way to log in to a cluster is not available here.',
  // x509/
  X509_PEM: 'The PEM text is not exactly one block of the expected kind.',
  X509_DER: 'The bytes are not DER.',
  X509_STRUCTURE: 'The DER is not the structure it should be.',
  X509_STRING: 'A string in the DER cannot be read in its own encoding.',
  X509_ALGORITHM: 'The key or signature algorithm is not supported.',
  X509_SIGNATURE: 'The signature does not fit the key and the bytes.',
  // kubernetes/
  SIGNER_NAME: 'The API server would refuse the signerName.',
  SIGNER_LEGACY: 'kubernetes.io/legacy-unknown cannot be used with certificates.k8s.io/v1.',
  SIGNER_UNKNOWN_BUILT_IN:
    'No signer of that name exists in Kubernetes; the request would stay approved for ever.',
  SIGNER_USAGE: 'The signer never signs this usage.',
  SIGNER_USAGE_MISSING: 'The signer needs a usage that is not asked for.',
  SIGNER_USAGE_DUPLICATE: 'A usage stands twice.',
  SIGNER_USAGE_NONE: 'At least one usage is needed.',
  SIGNER_DURATION: 'The API server takes 600 to 2147483647 seconds.',
  SIGNER_SUBJECT: 'The signer refuses this subject.',
  SIGNER_SAN: 'The signer refuses these subject alternative names.',
  SIGNER_MASTERS:
    'The group system:masters is refused by the API server, and bypasses every authorisation rule.',
  SIGNER_KEY: 'The API server cannot use this key or signature algorithm.',
  SIGNER_SIZE: 'The request is larger than the API server or etcd takes.',
  SIGNER_DROPS: 'The signer will leave this out of the certificate.',
  SIGNER_SHORTENS: 'The signer will make the certificate shorter than asked.',
  SIGNER_LOGIN_NOBODY: 'A client certificate without a common name logs in as nobody.',
  // plan/
  PLAN_NAME_TAKEN: 'The name or sink belongs to another owner.',
  PLAN_NAME_TWICE: 'Two files have the same request name, identity or sink.',
  // approval/
  APPROVAL_UNPROVEN: 'Nothing proves that these bytes were approved.',
  APPROVAL_COMMAND_LINE: 'Approval at a terminal is not allowed here.',
  APPROVAL_DECLINED: 'The person at the terminal did not say yes.',
  // cluster/
  CLUSTER_UNREACHABLE: 'The API server cannot be reached.',
  CLUSTER_UNAUTHORIZED: 'The API server does not accept the credential.',
  CLUSTER_FORBIDDEN: 'A right is missing.',
  CLUSTER_REFUSED: 'The API server refused the object.',
  CLUSTER_ANSWER: 'The API server answered something that cannot be understood.',
  CLUSTER_TIMEOUT: 'The API server did not answer in time.',
  CLUSTER_NO_CLIENT_SIGNER: 'This kind of cluster signs no client certificates.',
  CLUSTER_NAME_OCCUPIED: 'Somebody else holds the object names that countersign needs.',
  CLUSTER_DENIED: 'The request was denied in the cluster.',
  CLUSTER_FAILED: 'The signer marked the request as failed.',
  CLUSTER_DELETED: 'The CertificateSigningRequest was deleted while waiting.',
  CLUSTER_REPLACED:
    'The CertificateSigningRequest was deleted and made again by somebody while waiting.',
  CLUSTER_UNSIGNED: 'Approved, but no signer made a certificate in time.',
  CLUSTER_CLAIMED: 'Another run is at work on this request.',
  CLUSTER_CLAIM_LOST: 'The claim on the record ended before the work did.',
  CLUSTER_DRAFT_DIFFERS: 'The drafted request does not say what was approved.',
  CLUSTER_RECORD: 'The record in the cluster cannot be read.',
  // certificate/
  CERTIFICATE_BROKEN: 'The signer returned something that is not a certificate chain.',
  CERTIFICATE_KEY: 'The certificate holds another public key than was asked for.',
  CERTIFICATE_NAMES: 'The certificate holds other names than predicted.',
  CERTIFICATE_USAGE: 'The certificate may be used for more than was asked.',
  CERTIFICATE_CA: 'The signer returned a CA certificate.',
  CERTIFICATE_DATES: 'The certificate is not valid now, or much longer than asked.',
  CERTIFICATE_SHORT: 'The certificate is valid for a shorter time than asked.',
  CERTIFICATE_CHAIN: 'The certificate does not chain to the CA of the signer.',
  CERTIFICATE_CHAIN_UNCHECKED:
    'Nothing says which CA the signer uses, so the chain was not checked.',
  // sink/
  SINK_UNSUPPORTED: 'This version does not write this kind of sink yet.',
  SINK_FOREIGN: 'The Secret exists and was not written by countersign.',
  SINK_CONFLICT: 'The sink was changed by somebody else meanwhile.',
  SINK_DIFFERS: 'What was read back from the sink is not what was written.',
  SINK_LOGIN: 'The new credential does not log in as it should.',
  SINK_ENVIRONMENT: 'A GitHub secret needs an environment.',
  SINK_RECIPIENTS: 'An artifact that holds a private key needs recipients.',
  SINK_PLACEHOLDER:
    'Placeholders are {name} and {cluster} only, and sinks of several clusters need {cluster}.',
  SINK_KEY_UNREADABLE: 'rotationPolicy Never needs a sink the key can be read from.',
  // doors
  RUN_USAGE: 'The command line or the inputs are wrong.',
  RUN_FILES: 'A file or folder cannot be read or written.',
  RUN_GIT: 'The git repository cannot answer.',
  RUN_INTERRUPTED: 'The run was interrupted.',
  RUN_BUG: 'countersign did something it should not; please report it.',
} as const

export type Code = keyof typeof CODES
