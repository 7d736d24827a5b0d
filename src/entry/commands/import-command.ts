// countersign import FILE: the same request in our own format, which a reviewer can read, with what became of each part.
import { join } from 'node:path'
import { writeNew } from '../../adapters/system/new-files.ts'
import { failure, usageFailure } from '../../domain/problem.ts'
import type { CertificateRequest } from '../../domain/request/request.ts'
import { REQUEST_NAME } from '../../core/request/request-file-name.ts'
import { importRequest } from '../../workflows/import/import-request.ts'
import type { Imported } from '../../workflows/import/import-request.ts'
import { readRules } from '../../workflows/validate/rules-in-force.ts'
import { importJson, importText } from '../../output/terminal/import-text.ts'
import { problemJson } from '../../output/json/results-json.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import { asTyped, inRoot } from '../command-context.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import type { Texts } from '../flags/flag-values.ts'
import { defaultConfig } from '../fallback-config.ts'
import { shellWord } from '../../lib/source/shell-word.ts'
import { visible } from '../../lib/source/hidden-characters.ts'

/** The new file goes to --to, where `-` prints it; without it next to the old one, or below the request folder. */
export async function importFile(
  context: Context,
  named: string,
  flags: Texts<'to' | 'name'>,
): Promise<Answer> {
  const { files, options } = context
  if (flags.name !== null && !REQUEST_NAME.pattern.test(flags.name))
    throw usageFailure(
      `--name "${visible(flags.name)}" ${REQUEST_NAME.says}`,
      'for example --name deployer',
    )
  const rules = await readRules(files, options.config, defaultConfig(context))
  if (!rules.ok) return rules
  const path = inRoot(context, named)
  const file = await files.read(path)
  if (file === null) throw failure('RUN_FILES', `there is no file ${visible(named)}`)
  const folder = options.requests ?? rules.value.config.requests
  const config = { ...rules.value.config, requests: folder }
  const to = flags.to === null || flags.to === '-' ? null : inRoot(context, flags.to)
  const target = (request: CertificateRequest): string => to ?? besides(path, folder, request.name)
  const imported = importRequest(file, { config, target, name: flags.name })
  if (!imported.ok) return imported
  if (flags.to === '-') return printed(context, imported.value)
  await write(context, imported.value.request.path, imported.value.text)
  return report(context, path, folder, imported.value)
}

/** `requests/robots/deployer.cnf` → `requests/robots/deployer.yaml`; a file from elsewhere goes to the top of the folder. */
function besides(path: string, folder: string, name: string): string {
  const isInside = path.startsWith(`${folder}/`)
  return join(isInside ? join(path, '..') : folder, `${name}.yaml`)
}

async function write({ root }: Context, path: string, text: string): Promise<void> {
  if (await writeNew(join(root, path), text)) return
  throw usageFailure(
    `${visible(path)} exists and is not overwritten`,
    'name another file with --to FILE, or print it with --to -',
  )
}

/** The file on stdout, the report beside it. */
function printed({ terminal, paint }: Context, imported: Imported): Answer {
  terminal.talk(importText(imported, paint))
  if (imported.remarks.length > 0) terminal.talk(problemsText(imported.remarks, paint, 'warning'))
  terminal.result(imported.text.trimEnd())
  return 0
}

function report(context: Context, from: string, folder: string, imported: Imported): Answer {
  const { paint } = context
  const { path } = imported.request
  const isBeside = from.startsWith(`${folder}/`)
  const lines = [
    paint.strong(`wrote ${visible(asTyped(context, path))}`),
    importText(imported, paint),
    isBeside
      ? `next: remove the old file, since two files with one request are refused: git rm ${visible(shellWord(asTyped(context, from)))} && countersign validate`
      : 'next: run countersign validate',
  ]
  const remarks = imported.remarks.map(problemJson)
  return {
    warnings: imported.remarks,
    text: lines.join('\n'),
    report: { from, path, ...importJson(imported), remarks },
  }
}
