// countersign new NAME --own-key --rekey: a new key for an existing request, as one change of its file.
import { join } from 'node:path'
import { blobId } from '../../../adapters/system/git-command.ts'
import { moveAside, replaceFile } from '../../../adapters/system/edited-file.ts'
import { failure, usageFailure } from '../../../domain/problem.ts'
import { problemsText } from '../../../output/terminal/problem-text.ts'
import { rekeyRequest } from '../../../workflows/import/rekey-request.ts'
import { readRules } from '../../../workflows/validate/rules-in-force.ts'
import { assumedRequester } from '../../../workflows/validate/selected-names.ts'
import { asTyped } from '../../command-context.ts'
import type { Context } from '../../command-context.ts'
import type { Answer } from '../../command-entry.ts'
import { defaultConfig } from '../../fallback-config.ts'
import type { GithubFlags } from '../../flags/flag-values.ts'
import type { RekeyedFile } from './open-request.ts'
import type { OpenedPull } from '../../../workflows/bootstrap/propose-files.ts'
import { newKeyPath } from './new-key-path.ts'
import { checkRequestName } from './own-key-file.ts'
import { writeKey } from './new-command.ts'
import type { NewFlags } from './new-command.ts'
import { printReport } from '../print-results.ts'
import { shellWord } from '../../../lib/source/shell-word.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'

export async function rekey(context: Context, name: string, flags: NewFlags): Promise<Answer> {
  const { options, files, root, clock, keys, terminal, paint } = context
  checkRequestName(name)
  if (!flags.ownKey)
    throw usageFailure('--rekey creates a private key on this machine', 'add --own-key')
  const other = (['group', 'access', 'duration'] as const).find(each => flags[each] !== null)
  if (other !== undefined)
    throw usageFailure(
      `--rekey makes a new key; it cannot be combined with --${other}`,
      'edit the file for other changes',
    )
  const read = await readRules(files, options.config, defaultConfig(context))
  if (!read.ok) return read
  const requests = options.requests ?? read.value.config.requests
  const rules = { ...read.value, config: { ...read.value.config, requests } }
  const keyPath = await newKeyPath(context, name, flags.key)
  const now = clock.now()
  const requester = assumedRequester(rules.config, flags.requester, name)
  const rekeyed = await rekeyRequest(files, { name, keys, rules, requester, now, blobOf: blobId })
  if (!rekeyed.ok) return rekeyed
  const { file, text, key, changes, warnings } = rekeyed.value
  const { path } = file
  const open = await startOpening(context, flags.open ? flags : null, {
    name,
    file,
    requests,
    changes,
  })
  const stamp = now.toISOString().replaceAll(':', '-')
  const oldKey = await moveAside(keyPath, `until-${stamp}`)
  await writeKey(keyPath, key)
  await replaceFile(join(root, path), text).catch((cause: unknown) => {
    throw failure('RUN_FILES', `${path} cannot be written`, 'check the file and its folder', cause)
  })
  if (warnings.length > 0) terminal.talk(problemsText(warnings, paint, 'warning'))
  const made = { name, path, keyPath, oldKey, changes }
  if (options.output === 'text') terminal.result(shown(context, made))
  const proposed = open === null ? null : await open(text)
  const { url: pullRequest, change } = proposed ?? { url: null, change: null }
  if (options.output !== 'text')
    printReport(context, { name, path, key: keyPath, oldKey, pullRequest, change })
  else if (proposed === null) terminal.result(nextText(context, made))
  else {
    const { proposedLine } = await import('./open-request.ts')
    terminal.result(proposedLine(proposed))
    terminal.talk(
      `after the merge: git restore ${visible(shellWord(asTyped(context, path)))} && git pull`,
    )
  }
  return 0
}

async function startOpening(
  context: Context,
  flags: GithubFlags | null,
  rekeyed: RekeyedFile,
): Promise<((text: string) => Promise<OpenedPull>) | null> {
  if (flags === null) return null
  const { rekeyOpeningOf } = await import('./open-request.ts')
  return rekeyOpeningOf(context, flags, rekeyed)
}

interface Rekeyed extends Readonly<Record<'name' | 'path' | 'keyPath' | 'changes', string>> {
  readonly oldKey: string | null
}

function shown(context: Context, { path, keyPath, oldKey, changes }: Rekeyed): string {
  const typed = visible(asTyped(context, path))
  return [
    context.paint.strong(`changed ${typed}: ${changes}, and nothing else`),
    `wrote the new private key to ${visible(keyPath)}, readable only by you`,
    ...(oldKey === null
      ? []
      : [
          `the old key is now in ${visible(oldKey)}; its certificate works until it expires`,
          `to undo: git restore ${shellWord(typed)} && mv ${visible(shellWord(oldKey))} ${visible(shellWord(keyPath))}`,
        ]),
    'kubectl logs in again after the pull request is merged and applied',
  ].join('\n')
}

function nextText(context: Context, { name, path }: Rekeyed): string {
  const typed = visible(asTyped(context, path))
  return `next: commit the file on a new branch and open a pull request, or do it with --open
  git switch -c rekey-${name} && git commit -m "New key for ${name}" ${shellWord(typed)} && gh pr create --fill`
}
