// countersign import FILE…: the same requests in our own format, which a reviewer can read, with what became of each part.
import { basename, join } from 'node:path'
import { writeNew } from '../../adapters/system/new-files.ts'
import { failure, refuseAs, unplaced, usageFailure } from '../../domain/problem.ts'
import type { CertificateRequest, RequestFile } from '../../domain/request/request.ts'
import { fileKind, isPassedOver } from '../../core/request/detect-format.ts'
import { REQUEST_NAME } from '../../core/request/request-file-name.ts'
import { partsOf } from '../../workflows/import/file-parts.ts'
import { fittingFolder, isAllowed } from '../../workflows/import/fitting-folder.ts'
import { importRequest } from '../../workflows/import/import-request.ts'
import type { Imported } from '../../workflows/import/import-request.ts'
import { textOf } from '../../workflows/validate/read-requests.ts'
import { readRules } from '../../workflows/validate/rules-in-force.ts'
import type { Rules } from '../../workflows/validate/rules-in-force.ts'
import { importJson, importText, oncePerCause } from '../../output/terminal/import-text.ts'
import { problemJson } from '../../output/json/results-json.ts'
import { asTyped, inRoot } from '../command-context.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import type { Switches, Texts } from '../flags/flag-values.ts'
import { readInput } from './validate-command.ts'
import { defaultConfig } from '../fallback-config.ts'
import { fileWord, shellWord } from '../../lib/source/shell-word.ts'
import { visible } from '../../lib/source/hidden-characters.ts'

/** New files go to --to, where `-` prints them; without it next to the old one, or to the folder whose defaults fit. */
export async function importFiles(
  context: Context,
  named: readonly string[],
  { to, name, adopt }: Texts<'to' | 'name'> & Switches<'adopt'>,
): Promise<Answer> {
  const { files, options, clock } = context
  if (name !== null && !REQUEST_NAME.pattern.test(name))
    throw usageFailure(
      `--name "${visible(name)}" ${REQUEST_NAME.says}`,
      'for example --name deployer',
    )
  const read = await readRules(files, options.config, defaultConfig(context))
  if (!read.ok) return read
  const folder = options.requests ?? read.value.config.requests
  const config = { ...read.value.config, requests: folder }
  const parts = (await filesNamed(context, named)).flatMap(partsOf)
  if (parts.length === 0)
    return refuseAs(
      'REQUEST_NONE',
      `there is no request of another format in ${visible(named.join(', '))}`,
      'import reads files that end in .yaml, .yml, .json, .cnf, .conf, .csr, .pem or .der',
    )
  const into = to?.endsWith('/') === true ? inRoot(context, to) : null
  const path = to === null || to === '-' || into !== null ? null : inRoot(context, to)
  if (parts.length !== 1 && (name ?? path) !== null)
    throw usageFailure(
      `--name and --to FILE are for one request: got ${parts.length}`,
      'to write all of them into one folder, add --to FOLDER/',
    )
  const rules = { ...read.value, config }
  const results = parts.map(({ file, ...part }) => {
    const ownFolder = file.path.startsWith(`${folder}/`) ? join(file.path, '..') : null
    const target = (request: CertificateRequest): string =>
      path ??
      join(into ?? ownFolder ?? fittingFolder(request, rules, clock.now()), `${request.name}.yaml`)
    return importRequest(file, { ...part, config, target, name: name ?? part.name, adopt })
  })
  const readable = results.flatMap(result => (result.ok ? [result.value] : []))
  const clashes = clashesIn(context, readable)
  const imported = readable.filter(each => !clashes.some(({ of }) => of.includes(each)))
  const broken = results.flatMap(result => (result.ok ? [] : result.problems))
  const refused = [...broken, ...clashes.map(({ problem }) => problem)]
  const occupied = to === '-' ? [] : await write(context, imported)
  const written = imported.filter(each => !occupied.includes(each))
  const elsewhere = parts.length === 1 ? 'file with --to FILE' : 'folder with --to FOLDER/'
  const failures = oncePerCause(
    occupied.map(({ request: { path: taken } }) =>
      unplaced(
        'RUN_USAGE',
        `${visible(taken)} exists and is not overwritten`,
        `name another ${elsewhere}, or print it with --to -`,
      ),
    ),
  )
  return {
    failures: [...oncePerCause(refused), ...failures],
    warnings: oncePerCause(written.flatMap(({ remarks }) => remarks)),
    text: to === '-' ? printed(context, written) : reported(context, written, rules),
    report: {
      requests: written.map(importJson),
      problems: [...refused, ...failures].map(problemJson),
    },
    hasFailed: failures.length > 0,
    hasRefusals: refused.length > 0,
  }
}

/** The named files. Of a folder those that may be requests of another format. */
async function filesNamed(context: Context, named: readonly string[]) {
  const found = named.map(async (each): Promise<readonly RequestFile[]> => {
    if (each === '-') {
      const input = await readInput(context, null)
      return [{ ...input, path: basename(input.path) }]
    }
    const path = inRoot(context, each)
    const file = await context.files.read(path)
    if (file === null) throw failure('RUN_FILES', `there is no file ${visible(each)}`)
    const below = file.mode === '040000' ? await context.files.list(path) : null
    const isForeign = (one: RequestFile): boolean =>
      !isPassedOver(one.path.slice(path.length + 1)) &&
      fileKind(one.path) !== null &&
      !/^\W*apiVersion\W+countersign\.dev\//m.test(textOf(one))
    return below?.filter(isForeign) ?? [file]
  })
  return (await Promise.all(found)).flat()
}

/** For each two with the same CSR or name. Neither of them is written: only the user knows which one is wanted. */
function clashesIn(context: Context, readable: readonly Imported[]) {
  const firsts = new Map<string, Imported>()
  return readable.flatMap(each => {
    const { name, spec } = each.request
    const csr = spec.request === null ? null : `CSR ${spec.request.der.join()}`
    const ofCsr = csr === null ? undefined : firsts.get(csr)
    const first = ofCsr ?? firsts.get(name)
    for (const key of [name, csr ?? name]) if (!firsts.has(key)) firsts.set(key, each)
    if (first === undefined) return []
    const [one, two] = [visible(asTyped(context, first.from)), visible(asTyped(context, each.from))]
    const both = one === two ? `two requests in ${one}` : `${one} and ${two}`
    const what = ofCsr === undefined ? `the name ${name}` : 'the same CSR'
    const rename =
      ofCsr === undefined ? ` && countersign import ${fileWord(two)} --name ${name}-2` : ''
    const run = `run: countersign import ${fileWord(one)}${rename}`
    const hint = one === two ? 'move one of them to a file of its own' : run
    const message = `${both} have ${what}, and neither is written`
    return [{ of: [first, each], problem: unplaced('PLAN_NAME_TWICE', message, hint) }]
  })
}

/** Returns those for which a file with other content exists. */
async function write({ root, files }: Context, imported: readonly Imported[]) {
  const occupied: Imported[] = []
  for (const each of imported) {
    const { path } = each.request
    const there = await files.read(path)
    const isWritten =
      there === null ? await writeNew(join(root, path), each.text) : textOf(there) === each.text
    if (!isWritten) occupied.push(each)
  }
  return occupied
}

/** The files for stdout. The reports go to stderr. */
function printed({ terminal, paint }: Context, imported: readonly Imported[]): string | null {
  for (const each of imported) terminal.talk(importText(each, paint))
  return imported.length === 0 ? null : imported.map(({ text }) => text.trimEnd()).join('\n---\n')
}

/** The parts of a file are listed if it is the only one. */
function reported(context: Context, written: readonly Imported[], rules: Rules): string | null {
  const { requests: folder } = rules.config
  const isOpen = ({ request }: Imported): boolean =>
    rules.policies !== null && !isAllowed(request, rules, context.clock.now())
  const lines = written.flatMap(each => {
    const shown = written.length === 1 ? each : { ...each, taken: [], defaulted: [] }
    const head = `wrote ${visible(asTyped(context, each.request.path))}${isOpen(each) ? ', which is not allowed yet' : ''}`
    return [context.paint.strong(head), importText(shown, context.paint)].filter(
      text => text !== '',
    )
  })
  const old = written.map(({ from }) => from).filter(from => from.startsWith(`${folder}/`))
  const words = [...new Set(old)].map(path => visible(shellWord(asTyped(context, path))))
  const names = words.join(' ')
  const next =
    old.length === 0
      ? 'next: run countersign validate'
      : `next: remove the old ${old.length === 1 ? 'file' : 'files'}, since two files with one request are refused: rm ${names} && countersign validate`
  return written.length === 0 ? null : [...lines, next].join('\n')
}
