// Every command of the command line: how it is written, what it does, which flags it takes. What a command runs is loaded when
// it runs.
import { usageFailure } from '../domain/problem.ts'
import { COMMAND_FLAGS } from './flag-table.ts'
import type { CommandEntry } from './command-entry.ts'
import type { LoadSandbox } from './commands/sandbox-command.ts'
import { seconds, wholeNumber } from './flag-parsing.ts'
import { setupEntries } from './setup-catalogue.ts'
import { visible } from '../output/terminal/plural-words.ts'

/** `interrupted`: the person pressed Ctrl-C. */
export function commandEntries(
  interrupted: AbortSignal,
  loadSandbox: LoadSandbox,
): readonly CommandEntry[] {
  return [
    {
      usage: 'validate [folder]',
      text: 'find every problem in the request files and the configuration',
      flags: COMMAND_FLAGS.validate,
      run: async (context, [folder]) => {
        const { validate } = await import('./commands/validate-command.ts')
        return validate(context, folder ?? null)
      },
    },
    {
      usage: 'import <file>',
      text: 'write a request file of another format in our own, and tell what became of each part',
      flags: COMMAND_FLAGS.import,
      run: async (context, [file = ''], flags) => {
        const { importFile } = await import('./commands/import-command.ts')
        return importFile(context, file, { to: flags.text('to'), name: flags.text('name') })
      },
    },
    {
      usage: 'plan',
      text: 'show what apply would do, and why; changes nothing',
      flags: COMMAND_FLAGS.plan,
      run: async (context, _names, flags) => {
        const { plan } = await import('./commands/plan-command.ts')
        return plan(context, flags.text('base'))
      },
    },
    {
      usage: 'apply [names...]',
      text: 'show the plan, ask once, issue and store',
      flags: COMMAND_FLAGS.apply,
      run: async (context, names, flags) => {
        if (flags.isSet('prove')) {
          const { applyReviewed } = await import('./commands/apply-pull-mode.ts')
          const options = {
            repository: flags.text('repository'),
            branch: flags.text('branch'),
            trustedConfig: flags.text('trusted-config'),
            trustedRequests: flags.text('trusted-requests'),
            tokenEnv: flags.text('token-env'),
          }
          return applyReviewed(context, options, interrupted)
        }
        const { apply } = await import('./commands/apply-command.ts')
        const options = {
          scope: { names, maxIssue: wholeNumber(flags.text('max-issue')) },
          yes: flags.isSet('yes'),
          requester: flags.text('requester'),
        }
        return apply(context, options, interrupted)
      },
    },
    {
      usage: 'status',
      text: 'show who has access until when',
      flags: COMMAND_FLAGS.status,
      run: async (context, _names, flags) => {
        const { status } = await import('./commands/status-command.ts')
        return status(context, seconds(flags.text('expiring')))
      },
    },
    {
      usage: 'policy <what> [file]',
      text: 'explain FILE: what each policy says of a request; test: run the tests beside the policies',
      flags: COMMAND_FLAGS.policy,
      run: async (context, [what, file], flags) => {
        const { policyExplain, policyTest } = await import('./commands/policy-command.ts')
        if (what === 'test') return policyTest(context)
        if (what === 'explain' && file !== undefined)
          return policyExplain(context, file, flags.text('requester'))
        throw usageFailure(
          what === 'explain'
            ? 'policy explain needs a request file'
            : `policy has no command ${visible(what ?? '')}`,
          'there are: policy explain FILE, policy test',
        )
      },
    },
    {
      usage: 'prove [path]',
      text: 'tell who approved which bytes of a file, and by which rule; changes nothing',
      flags: COMMAND_FLAGS.prove,
      run: async (context, [path], flags) => {
        const { prove, proveOffline } = await import('./commands/prove-command.ts')
        const evidence = flags.text('evidence')
        if (evidence !== null) return proveOffline(context, evidence)
        if (path === undefined)
          throw usageFailure('prove needs the path of a file', 'or --evidence FILE')
        return prove(context, path, {
          repository: flags.text('repository'),
          commit: flags.text('commit'),
          trustedConfig: flags.text('trusted-config'),
          trustedRequests: flags.text('trusted-requests'),
          tokenEnv: flags.text('token-env'),
        })
      },
    },
    {
      usage: 'csr <what> [names...]',
      text: "kubectl's verbs with eyes open: list, describe, approve, deny, get and delete requests of the cluster",
      flags: COMMAND_FLAGS.csr,
      run: async (context, names, flags) => {
        const { csr } = await import('./commands/csr-command.ts')
        return csr(context, names, {
          yes: flags.isSet('yes'),
          reason: flags.text('reason'),
          message: flags.text('message'),
          request: flags.isSet('request'),
        })
      },
    },
    {
      usage: 'inspect <file>',
      text: 'show what is in a request, certificate, chain, kubeconfig, Secret or keystore; private keys are never shown',
      flags: COMMAND_FLAGS.inspect,
      run: async (context, [file = ''], flags) => {
        const { inspect } = await import('./commands/inspect-command.ts')
        return inspect(context, file, { passwordEnv: flags.text('password-env') })
      },
    },
    {
      usage: 'kubeconfig <name>',
      text: 'join your own key with the certificate that was issued for it; prints a kubeconfig',
      flags: COMMAND_FLAGS.kubeconfig,
      run: async (context, [name = ''], flags) => {
        const { kubeconfig } = await import('./commands/kubeconfig-command.ts')
        return kubeconfig(context, name, {
          key: flags.text('key'),
          pullRequest: flags.text('pr'),
          certificate: flags.text('certificate'),
          out: flags.text('out'),
          repository: flags.text('repository'),
          tokenEnv: flags.text('token-env'),
        })
      },
    },
    ...setupEntries,
    {
      usage: 'sandbox',
      text: 'serve a cluster for trying things out, on loopback',
      flags: COMMAND_FLAGS.sandbox,
      run: async (context, _names, flags) => {
        const { sandbox } = await import('./commands/sandbox-command.ts')
        const options = {
          port: flags.text('port'),
          writeKubeconfig: flags.text('write-kubeconfig'),
        }
        return sandbox(context, options, loadSandbox, interrupted)
      },
    },
  ]
}
