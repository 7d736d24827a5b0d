// What countersign prove says of a path that a commit does not have: it was removed, it moved, or it is not merged.
import { dirname } from 'node:path'
import { REQUEST_NAME } from '../../../core/request/request-file-name.ts'
import { usageFailure } from '../../../domain/problem.ts'
import { didYouMean } from '../../../lib/source/did-you-mean.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'
import { holdsPrivateKey } from '../../../lib/x509/private-key-in-file.ts'
import { shellWord } from '../../../lib/source/shell-word.ts'
import { textOf } from '../../../workflows/validate/read-requests.ts'
import { readConfig } from '../../../workflows/validate/rules-in-force.ts'
import type { Context } from '../../command-context.ts'
import { nameAt, requestsInCheckout } from '../named-requests.ts'

const TAKES =
  'prove takes a request, its file, or a certificate: in PEM or DER, or its serial number, SHA-256 or grant; of a removed request its path, with --commit'

/** RUN_USAGE for a path that the commit does not have. */
export async function missingFile(context: Context, typed: string, path: string, commit: string) {
  const file = await context.files.read(path)
  const text = file === null ? '' : textOf(file)
  if (/^apiVersion: v1$/m.test(text) && /^kind: Config$/m.test(text))
    return usageFailure(
      `${visible(typed)} is a kubeconfig, and prove takes its certificate`,
      `to see its serial number: countersign inspect ${shellWord(typed)}`,
    )
  if (holdsPrivateKey(text)) return usageFailure(`${visible(typed)} is a private key`, TAKES)
  const message = `there is no file ${visible(path)} in ${commit.slice(0, 7)}`
  const config = await readConfig(context.files, context.options.config)
  if (!config.ok)
    return usageFailure(
      `${message}, and the names of requests are unknown: ${config.problems[0].message}`,
      `name the file, or repair ${context.options.config}: countersign validate`,
    )
  const last = await context.git.beforeChange(path, commit)
  const requests = await requestsInCheckout(context)
  if (last !== null) {
    const name = await nameAt(context, path, last)
    const moved = requests.find(each => each.name === name && each.path !== path)
    return moved === undefined
      ? usageFailure(`${message}: it was removed`, `add --commit ${last}`)
      : usageFailure(
          `${message}: its request is in ${visible(moved.path)} now`,
          `run: countersign prove ${moved.name}`,
        )
  }
  const isName = REQUEST_NAME.pattern.test(typed)
  const folders = new Set(requests.flatMap(each => (isName ? dirname(each.path) : [])))
  for (const removed of [...folders].map(folder => `${folder}/${typed}.yaml`)) {
    const before = await context.git.beforeChange(removed, commit)
    const hint = `run: countersign prove ${shellWord(removed)} --commit ${before}`
    if (before !== null) return usageFailure(`${visible(removed)} was removed`, hint)
  }
  if (requests.some(each => each.path === path))
    return usageFailure(message, 'its pull request is not merged yet in that commit')
  const names = requests.map(({ name }) => name)
  return usageFailure(message, didYouMean(typed, names, TAKES))
}
