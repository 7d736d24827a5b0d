// countersign new: a request file for a person, and with --own-key their private key.
import { join } from 'node:path'
import { blobId } from '../../../adapters/system/git-command.ts'
import { writeNew } from '../../../adapters/system/new-files.ts'
import type { Config } from '../../../domain/request/config.ts'
import type { ExitCode } from '../../../domain/cluster/outcome.ts'
import type { Requester } from '../../../domain/request/policy.ts'
import { failure, usageFailure } from '../../../domain/problem.ts'
import type { GeneratedKey } from '../../../ports/keys.ts'
import { clusterNamed, personNamed } from '../../../workflows/validate/selected-names.ts'
import { writeRequest } from '../../../workflows/import/create-request.ts'
import { readRules } from '../../../workflows/validate/rules-in-force.ts'
import { problemsText } from '../../../output/terminal/problem-text.ts'
import { visible } from '../../../output/terminal/plural-words.ts'
import { asTyped } from '../../command-context.ts'
import type { Context } from '../../command-context.ts'
import { defaultConfig } from '../../fallback-config.ts'
import { newKeyPath } from './new-key-path.ts'
import { checkRequestName } from './own-key-file.ts'
import { refusedAll } from '../plan-command.ts'
import { printReport } from '../print-results.ts'

const KEY = { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Always' } as const

export interface NewFlags {
  readonly ownKey: boolean
  readonly key: string | null
  readonly groups: readonly string[]
  readonly duration: string | null
  /** Login of the requester. */
  readonly requester: string | null
}

export async function newRequest(
  context: Context,
  name: string,
  flags: NewFlags,
): Promise<ExitCode> {
  const { options, files, root, clock, keys } = context
  checkRequestName(name)
  if (flags.key !== null && !flags.ownKey)
    throw usageFailure('--key needs --own-key', 'add --own-key')
  const rules = await readRules(files, options.config, defaultConfig(context))
  if (!rules.ok) return refusedAll(context, rules.problems)
  const { config } = rules.value
  const path = `${options.requests ?? config.requests}/people/${name}.yaml`
  if ((await files.read(path)) !== null)
    throw usageFailure(
      `${asTyped(context, path)} exists and is not overwritten`,
      'edit that file, or choose another name',
    )
  const keyPath = flags.ownKey ? await newKeyPath(context, name, flags.key) : null
  const key = keyPath === null ? null : await keys.generate(KEY)
  const requester = requesterOf(config, flags.requester, name)
  const cluster = clusterOf(config, options.cluster)
  const request = { name, groups: flags.groups, duration: flags.duration, cluster }
  const writing = { rules: rules.value, path, key, requester, now: clock.now(), blobOf: blobId }
  const written = await writeRequest(files, request, writing)
  if (!written.ok) {
    context.terminal.talk('nothing was written, because the request would be refused:')
    return refusedAll(context, written.problems)
  }
  if (keyPath !== null && key !== null) await writeKey(keyPath, key)
  if (!(await writeNew(join(root, path), written.value.text)))
    throw failure('RUN_FILES', `${path} was created by another program and is not overwritten`)
  if (written.value.warnings.length > 0)
    context.terminal.talk(problemsText(written.value.warnings, context.paint, 'warning'))
  show(context, name, path, keyPath)
  return 0
}

/** A person of that name is assumed to be the requester. On GitHub the author of the pull request is. */
export function requesterOf(config: Config, login: string | null, name: string): Requester | null {
  return personNamed(config, login) ?? config.people.find(each => each.name === name) ?? null
}

/** Null where the defaults say the same: a file that does not repeat them follows them. */
function clusterOf(config: Config, named: string | null): string | null {
  const isSaid = config.defaults.some(({ spec }) => spec.clusters !== null)
  if (named === null || (named === config.defaultCluster && !isSaid)) return null
  return clusterNamed(config, named).name
}

/** Throws RUN_FILES if the file exists. */
export async function writeKey(path: string, key: GeneratedKey): Promise<void> {
  if (await writeNew(path, key.pem.reveal(), 0o600)) return
  throw failure(
    'RUN_FILES',
    `${path} exists, and a private key is never overwritten`,
    'move that file, or name another one with --key FILE',
  )
}

function show(context: Context, name: string, path: string, key: string | null): void {
  const { terminal, options, paint } = context
  if (options.output !== 'text') return printReport(context, { name, path, key })
  const typed = visible(asTyped(context, path))
  const lines = [
    paint.strong(`wrote ${typed}`),
    ...(key === null
      ? []
      : [
          `wrote the private key to ${visible(key)}, readable only by you; do not share it: with it anyone can log in as ${name}`,
        ]),
    'next: commit the file on a new branch and open a pull request',
    `  git switch -c ${name} && git add ${typed} && git commit -m "Request a certificate for ${name}" && gh pr create --fill`,
  ]
  terminal.result(lines.join('\n'))
}
