// Every command but the sandbox: how it is written, what it does, which flags it takes.
import { failure } from '../domain/problem.ts'
import { COMMAND_FLAGS } from './flag-table.ts'
import { apply } from './commands/apply-command.ts'
import { applyReviewed } from './commands/apply-pull-mode.ts'
import type { CommandEntry } from './command-entry.ts'
import { csr } from './commands/csr-command.ts'
import { seconds, wholeNumber } from './flag-parsing.ts'
import { kubeconfig } from './commands/kubeconfig-command.ts'
import { importFile } from './commands/import-command.ts'
import { inspect } from './commands/inspect-command.ts'
import { plan } from './commands/plan-command.ts'
import { policyExplain, policyTest } from './commands/policy-command.ts'
import { prove, proveOffline } from './commands/prove-command.ts'
import { setupEntries } from './setup-catalogue.ts'
import { status } from './commands/status-command.ts'
import { validate } from './commands/validate-command.ts'
import { visible } from '../output/terminal/plural-words.ts'

/** `interrupted`: the person pressed Ctrl-C. */
export function commandEntries(interrupted: AbortSignal): readonly CommandEntry[] {
  return [
    {
      usage: 'validate [folder]',
      text: 'find every problem in the request files and the configuration',
      flags: COMMAND_FLAGS.validate,
      run: (context, [folder]) => validate(context, folder ?? null),
    },
    {
      usage: 'import <file>',
      text: 'write a request file of another format in our own, and tell what became of each part',
      flags: COMMAND_FLAGS.import,
      run: (context, [file = ''], flags) =>
        importFile(context, file, { to: flags.text('to'), name: flags.text('name') }),
    },
    {
      usage: 'plan',
      text: 'show what apply would do, and why; changes nothing',
      flags: COMMAND_FLAGS.plan,
      run: (context, _names, flags) => plan(context, flags.text('base')),
    },
    {
      usage: 'apply [names...]',
      text: 'show the plan, ask once, issue and store',
      flags: COMMAND_FLAGS.apply,
      run: (context, names, flags) =>
        flags.isSet('prove')
          ? applyReviewed(
              context,
              {
                repository: flags.text('repository'),
                branch: flags.text('branch'),
                trustedConfig: flags.text('trusted-config'),
                trustedRequests: flags.text('trusted-requests'),
                tokenEnv: flags.text('token-env'),
              },
              interrupted,
            )
          : apply(
              context,
              {
                scope: { names, maxIssue: wholeNumber(flags.text('max-issue')) },
                yes: flags.isSet('yes'),
                requester: flags.text('requester'),
              },
              interrupted,
            ),
    },
    {
      usage: 'status',
      text: 'show who has access until when',
      flags: COMMAND_FLAGS.status,
      run: (context, _names, flags) => status(context, seconds(flags.text('expiring'))),
    },
    {
      usage: 'policy <what> [file]',
      text: 'explain FILE: what each policy says of a request; test: run the tests beside the policies',
      flags: COMMAND_FLAGS.policy,
      run: (context, [what, file], flags) => {
        if (what === 'test') return policyTest(context)
        if (what === 'explain' && file !== undefined)
          return policyExplain(context, file, flags.text('requester'))
        throw failure(
          'RUN_USAGE',
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
      run: (context, [path], flags) => {
        const evidence = flags.text('evidence')
        if (evidence !== null) return proveOffline(context, evidence)
        if (path === undefined)
          throw failure('RUN_USAGE', 'prove needs the path of a file', 'or --evidence FILE')
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
      run: (context, names, flags) =>
        csr(context, names, {
          yes: flags.isSet('yes'),
          reason: flags.text('reason'),
          message: flags.text('message'),
          request: flags.isSet('request'),
        }),
    },
    {
      usage: 'inspect <file>',
      text: 'show what is in a request, certificate, chain, kubeconfig, Secret or keystore; private keys are never shown',
      flags: COMMAND_FLAGS.inspect,
      run: (context, [file = ''], flags) =>
        inspect(context, file, { passwordEnv: flags.text('password-env') }),
    },
    {
      usage: 'kubeconfig <name>',
      text: 'join your own key with the certificate that was issued for it; prints a kubeconfig',
      flags: COMMAND_FLAGS.kubeconfig,
      run: (context, [name = ''], flags) =>
        kubeconfig(context, name, {
          key: flags.text('key'),
          pullRequest: flags.text('pr'),
          certificate: flags.text('certificate'),
          out: flags.text('out'),
          repository: flags.text('repository'),
          tokenEnv: flags.text('token-env'),
        }),
    },
    ...setupEntries,
  ]
}
