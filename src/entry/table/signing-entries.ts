// Commands for CertificateSigningRequests, the controller, and what a file contains.
import { entryOf } from '../command-entry.ts'
import type { CommandEntry } from '../command-entry.ts'
import type { CsrVerb } from '../commands/csr/csr-command.ts'
import {
  MESSAGE,
  REASON,
  REPOSITORY,
  TOKEN_ENV,
  WATCH,
  setting,
  toggle,
} from '../flags/shared-flags.ts'

export const SIGNING_ENTRIES = [
  entryOf({
    name: 'csr list',
    args: '',
    text: 'list CertificateSigningRequests',
    flags: [WATCH],
    examples: [
      'countersign csr list',
      'countersign csr list --watch             again every 5 seconds, until Ctrl-C',
    ],
    run: csr('list'),
  }),
  entryOf({
    name: 'csr describe',
    args: '<names...>',
    text: 'show what was requested, what will be signed, and what rules and policies say',
    flags: [],
    examples: ['countersign csr describe cs-jane-1f3c9a02-1'],
    run: csr('describe'),
  }),
  entryOf({
    name: 'csr approve',
    args: '<names...>',
    text: 'show, ask, then approve exactly what was shown',
    flags: [toggle('yes', 'do not ask; refused in CI and where a rule objects'), REASON, MESSAGE],
    examples: [
      'countersign csr approve cs-jane-1f3c9a02-1',
      'countersign csr approve web-1 web-2 --reason Expected',
    ],
    run: csr('approve'),
  }),
  entryOf({
    name: 'csr deny',
    args: '<names...>',
    text: 'show, ask, then deny',
    flags: [toggle('yes', 'do not ask; refused in CI'), REASON, MESSAGE],
    examples: ['countersign csr deny web-1 --message "another key is in use"'],
    run: csr('deny'),
  }),
  entryOf({
    name: 'csr get',
    args: '<names...>',
    text: 'print the certificate as PEM',
    flags: [toggle('request', 'print the CSR instead of the certificate')],
    examples: [
      'countersign csr get web-1 > web-1.crt',
      'countersign csr get web-1 --request > web-1.csr',
    ],
    run: csr('get'),
  }),
  entryOf({
    name: 'csr delete',
    args: '<names...>',
    text: 'show, ask, then delete; an issued certificate keeps working',
    flags: [toggle('yes', 'do not ask')],
    examples: ['countersign csr delete web-1'],
    run: csr('delete'),
  }),
  entryOf({
    name: 'controller',
    args: '',
    text: 'issue, renew and withdraw in the cluster as soon as it is due: pull mode as one long-running process',
    flags: [
      REPOSITORY,
      setting('trusted-config', 'SHA256', 'digest of the configuration you trust'),
      setting('trusted-requests', 'SHA256', 'digest of the adopted request files (default: none)'),
      setting(
        'owner',
        'NAME',
        'metadata.name of the configuration: a controller that starts while the server of the repository does not answer serves emergencies',
      ),
      setting('github-calls', 'COUNT', 'most calls to GitHub in an hour (default 1000)'),
      setting(
        'listen',
        'ADDRESS:PORT',
        'where /healthz, /readyz and /metrics answer (default 127.0.0.1:8080)',
      ),
      setting(
        'approve',
        'SIGNERS',
        'approve pending requests of others for these signers by the policies, and issue nothing; separated by commas',
      ),
      toggle(
        'comment',
        'write the outcome on pull requests, the notice, and at a Gitea server the plan of open pull requests; in one controller only',
      ),
      TOKEN_ENV,
    ],
    examples: [
      'countersign controller --repository acme/certs --trusted-config sha256:DIGEST --cluster prod',
      'countersign controller --repository acme/certs --trusted-config sha256:DIGEST --approve kubernetes.io/kubelet-serving',
    ],
    whenInterrupted: null,
    run: async (...given) =>
      (await import('../commands/controller-command.ts')).controller(...given),
  }),
  entryOf({
    name: 'inspect',
    args: '<file>',
    text: 'show what a request, certificate, chain, kubeconfig, Secret or keystore contains; private keys are never shown',
    flags: [
      setting(
        'password-env',
        'VARIABLE',
        'environment variable with the password of a PKCS#12 keystore (default: an empty password)',
      ),
    ],
    examples: [
      'countersign inspect jane.csr',
      'kubectl get secret web-tls -o yaml | countersign inspect -',
    ],
    run: async (...given) => (await import('../commands/inspect-command.ts')).inspect(...given),
  }),
]

function csr(verb: CsrVerb): CommandEntry['run'] {
  return async (context, names, flags) =>
    (await import('../commands/csr/csr-command.ts')).csr(context, verb, names, flags)
}
