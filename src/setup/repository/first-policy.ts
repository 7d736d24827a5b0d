// The first policy: people, with client certificates for a week.

export const POLICY_TEXT = `# yaml-language-server: $schema=https://countersign.dev/schema/policy.schema.json
# Which certificates people may have. What no policy allows is denied. Who approves: see approval in countersign.yaml.
apiVersion: countersign.dev/v1
kind: CertificateRequestPolicy
metadata: {name: people}
spec:
  selector:
    paths: ["requests/people/**"]
    signerNames: [kubernetes.io/kube-apiserver-client]
  allowed:
    commonName:
      required: true
      validations:
      - {rule: "self.matches('^[a-z][a-z0-9-]{1,30}$')", message: "a login name has 2 to 31 lower-case letters, digits and hyphens, and begins with a letter"}
    subject:
      organizations: {values: [developers, viewers]} # the groups that your RoleBindings name
    usages: [digital signature, client auth]
  constraints:
    maxDuration: 168h
    privateKey: {algorithm: ECDSA}
  sinks:
  - secret: {namespaces: [apps], names: ["*-tls"]}
  - artifact: {public: true} # a certificate whose key its owner keeps; never a key
  access: # roles that a request may get with its certificate; countersign revoke ends them at once
  - {clusterRoles: [view], namespaces: [apps]}
  rules:
  - {rule: "request.commonName == request.name", message: "commonName must equal the request name"}
  # Once people are listed in countersign.yaml:
  # - {rule: "request.commonName == requester.name", message: "commonName must equal the name of the requester"}
`
