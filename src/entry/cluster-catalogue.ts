// The commands that explain and decide single requests: policy, csr, inspect and kubeconfig.
import type { CommandEntry } from './command-entry.ts'
import type { CsrVerb } from './commands/csr/csr-command.ts'
import { listOf, wholeNumber } from './flags/flag-parsing.ts'
import { watch } from './watch.ts'

/** `interrupted` ends --watch. */
export function clusterEntries(interrupted: AbortSignal): readonly CommandEntry[] {
  const csrEntry = csrEntryWith(interrupted)
  return [
    {
      name: 'audit',
      args: '',
      text: 'show who has or had which access, what no approval covers, and who used what',
      examples: [
        'countersign audit --at 2026-11-20              what worked then',
        'countersign audit --who octo -o csv            what this person requested or approved',
        'countersign audit --log audit.log --cluster prod   compares with the log of the API server',
      ],
      run: async (context, _args, flags) => {
        const { auditAccess } = await import('./commands/audit-command.ts')
        return auditAccess(context, flags)
      },
    },
    {
      name: 'policy explain',
      args: '<file>',
      text: 'show what each policy says about a request file',
      examples: ['countersign policy explain requests/people/jane.yaml'],
      run: async (context, [file = ''], flags) => {
        const { policyExplain } = await import('./commands/policy-command.ts')
        return policyExplain(context, file, flags.text('requester'))
      },
    },
    {
      name: 'policy test',
      args: '',
      text: 'run the tests in policies/*.test.yaml, and report rules that no test covers',
      examples: ['countersign policy test'],
      run: async context => {
        const { policyTest } = await import('./commands/policy-command.ts')
        return policyTest(context)
      },
    },
    {
      ...csrEntry('list', ''),
      text: 'list CertificateSigningRequests',
      examples: [
        'countersign csr list',
        'countersign csr list --watch             again every 5 seconds, until Ctrl-C',
      ],
    },
    {
      ...csrEntry('describe', '<names...>'),
      text: 'show what was requested, what will be signed, and what rules and policies say',
      examples: ['countersign csr describe cs-jane-1f3c9a02-1'],
    },
    {
      ...csrEntry('approve', '<names...>'),
      text: 'show, ask, then approve exactly what was shown',
      examples: [
        'countersign csr approve cs-jane-1f3c9a02-1',
        'countersign csr approve web-1 web-2 --reason Expected',
      ],
    },
    {
      ...csrEntry('deny', '<names...>'),
      text: 'show, ask, then deny',
      examples: ['countersign csr deny web-1 --message "another key is in use"'],
    },
    {
      ...csrEntry('get', '<names...>'),
      text: 'print the certificate as PEM',
      examples: [
        'countersign csr get web-1 > web-1.crt',
        'countersign csr get web-1 --request > web-1.csr',
      ],
    },
    {
      ...csrEntry('delete', '<names...>'),
      text: 'show, ask, then delete; an issued certificate keeps working',
      examples: ['countersign csr delete web-1'],
    },
    {
      name: 'controller',
      args: '',
      text: 'issue, renew and withdraw in the cluster as soon as it is due: pull mode as one long-running process',
      examples: [
        'countersign controller --repository acme/certs --trusted-config sha256:DIGEST --cluster prod',
        'countersign controller --repository acme/certs --trusted-config sha256:DIGEST --approve kubernetes.io/kubelet-serving',
      ],
      whenInterrupted: null,
      run: async (context, _args, flags) => {
        const { controller } = await import('./commands/controller-command.ts')
        const asked = {
          repository: flags.text('repository'),
          tokenEnv: flags.text('token-env'),
          trustedConfig: flags.text('trusted-config'),
          trustedRequests: flags.text('trusted-requests'),
          githubCalls: wholeNumber(flags.text('github-calls'), 'github-calls'),
          listen: flags.text('listen'),
          approve: listOf(flags.text('approve')),
        }
        return controller(context, asked, interrupted)
      },
    },
    {
      name: 'inspect',
      args: '<file>',
      text: 'show what a request, certificate, chain, kubeconfig, Secret or keystore contains; private keys are never shown',
      examples: [
        'countersign inspect jane.csr',
        'kubectl get secret web-tls -o yaml | countersign inspect -',
      ],
      run: async (context, [file = ''], flags) => {
        const { inspect } = await import('./commands/inspect-command.ts')
        return inspect(context, file, { passwordEnv: flags.text('password-env') })
      },
    },
    {
      name: 'kubeconfig',
      args: '<name>',
      text: 'print a kubeconfig for your own key; kubectl fetches renewed certificates by itself',
      examples: [
        'countersign kubeconfig jane --merge                add the login to the current kubeconfig',
        'countersign kubeconfig jane --embed-key --out ~/jane.kubeconfig',
      ],
      run: async (context, [name = ''], flags) => {
        const { kubeconfig } = await import('./commands/own-key/kubeconfig-command.ts')
        return kubeconfig(context, name, {
          key: flags.text('key'),
          pullRequest: flags.text('pr'),
          certificate: flags.text('certificate'),
          secret: flags.text('secret'),
          artifact: flags.text('artifact'),
          merge: flags.text('merge') ?? flags.isSet('merge'),
          out: flags.text('out'),
          embedKey: flags.isSet('embed-key'),
          repository: flags.text('repository'),
          tokenEnv: flags.text('token-env'),
        })
      },
    },
    {
      name: 'credential',
      args: '<name>',
      text: 'print the credential of your own key for kubectl, which runs this command',
      examples: ['countersign credential jane --cluster prod --repository acme/certs'],
      run: async (context, [name = ''], flags) => {
        const { credential } = await import('./commands/own-key/credential-command.ts')
        return credential(context, name, {
          key: flags.text('key'),
          secret: flags.text('secret'),
          artifact: flags.text('artifact'),
          repository: flags.text('repository'),
          tokenEnv: flags.text('token-env'),
        })
      },
    },
  ]
}

type RunPart = Pick<CommandEntry, 'name' | 'args' | 'run'>

function csrEntryWith(interrupted: AbortSignal): (verb: CsrVerb, args: string) => RunPart {
  return (verb, args) => ({
    name: `csr ${verb}`,
    args,
    run: async (context, names, flags) => {
      const { csr } = await import('./commands/csr/csr-command.ts')
      const options = {
        yes: flags.isSet('yes'),
        reason: flags.text('reason'),
        message: flags.text('message'),
        request: flags.isSet('request'),
      }
      const show = () => csr(context, verb, names, options)
      return flags.isSet('watch') ? watch(context, interrupted, show) : show()
    },
  })
}
