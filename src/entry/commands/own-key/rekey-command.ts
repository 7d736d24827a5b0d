// countersign new NAME --own-key --rekey: a new key for an existing request, as one change of its file.
import { join } from 'node:path'
import { blobId } from '../../../adapters/system/git-command.ts'
import { moveAside, replaceFile } from '../../../adapters/system/edited-file.ts'
import { writeNew } from '../../../adapters/system/new-files.ts'
import { failure, usageFailure } from '../../../domain/problem.ts'
import { problemsText } from '../../../output/terminal/problem-text.ts'
import { rekeyRequest } from '../../../workflows/import/rekey-request.ts'
import { textOf } from '../../../workflows/validate/read-requests.ts'
import { readRules } from '../../../workflows/validate/rules-in-force.ts'
import { assumedRequester } from '../../../workflows/validate/selected-names.ts'
import { asTyped } from '../../command-context.ts'
import type { Context } from '../../command-context.ts'
import type { Answer } from '../../command-entry.ts'
import { defaultConfig } from '../../fallback-config.ts'
import { newKeyPath } from './new-key-path.ts'
import { checkRequestName } from './own-key-file.ts'
import { commitText, writeKey } from './new-command.ts'
import type { NewFlags } from './new-command.ts'
import { printReport } from '../print-results.ts'
import { shellWord, writtenAgain } from '../../../lib/source/shell-word.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'

export async function rekey(context: Context, name: string, flags: NewFlags): Promise<Answer> {
  const { options, files, root, clock, keys, terminal, paint } = context
  checkRequestName(name)
  if (!flags.ownKey)
    throw usageFailure('--rekey creates a private key on this machine', 'add --own-key')
  const other = (['group', 'access', 'duration', 'until'] as const).find(
    each => flags[each] !== null,
  )
  if (other !== undefined)
    throw usageFailure(
      `--rekey makes a new key; it cannot be combined with --${other}`,
      `first: countersign new ${name} --own-key --rekey\n${other === 'duration' || other === 'until' ? `then edit the file for another ${other}` : writtenAgain(name)}`,
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
  const old = { name, file, requests, changes }
  const open = flags.open
    ? await (await import('./open-request.ts')).rekeyOpeningOf(context, flags, old)
    : null
  const stamp = now.toISOString().replaceAll(':', '-')
  const oldKey = await moveAside(keyPath, `until-${stamp}`)
  // Git cannot restore it.
  const oldFile = oldKey === null || file.uncommitted === false ? null : `${oldKey}.request`
  if (oldFile !== null) await writeNew(oldFile, textOf(file), 0o600)
  await writeKey(keyPath, key)
  await replaceFile(join(root, path), text).catch((cause: unknown) => {
    throw failure('RUN_FILES', `${path} cannot be written`, 'check the file and its folder', cause)
  })
  if (warnings.length > 0) terminal.talk(problemsText(warnings, paint, 'warning'))
  // A kubeconfig names the file of its key.
  const next =
    flags.key === null || oldKey !== null
      ? 'kubectl logs in again after the pull request is merged and applied'
      : `after the pull request is merged and applied: countersign kubeconfig ${name} --merge --key ${visible(shellWord(keyPath))}`
  const made = { path, keyPath, oldKey, oldFile, changes, next }
  if (options.output === 'text') terminal.result(shown(context, made))
  const proposed = open === null ? null : await open(text)
  const { url: pullRequest, change } = proposed ?? { url: null, change: null }
  if (options.output !== 'text')
    printReport(context, { name, path, key: keyPath, oldKey, pullRequest, change })
  else if (proposed === null)
    terminal.result(commitText(context, path, `rekey-${name}`, `New key for ${name}`))
  else {
    const { proposedLine } = await import('./open-request.ts')
    terminal.result(proposedLine(proposed))
    terminal.talk(
      `after the merge: git restore ${visible(shellWord(asTyped(context, path)))} && git pull`,
    )
  }
  return 0
}

interface Rekeyed extends Readonly<Record<'path' | 'keyPath' | 'changes' | 'next', string>> {
  readonly oldKey: string | null
  /** A copy of the request file, null if git has it. */
  readonly oldFile: string | null
}

function shown(context: Context, { path, keyPath, oldKey, oldFile, changes, next }: Rekeyed) {
  const typed = visible(asTyped(context, path))
  const restore = oldFile === null ? 'git restore' : `mv ${visible(shellWord(oldFile))}`
  return [
    context.paint.strong(`changed ${typed}: ${changes}, and nothing else`),
    `wrote the new private key to ${visible(keyPath)}, readable only by you`,
    ...(oldKey === null
      ? []
      : [
          `the old key is now in ${visible(oldKey)}; a certificate of it works until it expires`,
          `to undo: ${restore} ${shellWord(typed)} && mv ${visible(shellWord(oldKey))} ${visible(shellWord(keyPath))}`,
        ]),
    next,
  ].join('\n')
}
