// The report of `countersign import`: the origin of each member, what the configuration fills in, what the signer leaves out.
import { sortedSet, uniqueBy } from '../../domain/lists.ts'
import type { Problem } from '../../domain/problem.ts'
import type { ImportReport, MemberOrigin } from '../../domain/request/import-report.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { problemJson } from '../json/results-json.ts'
import type { Paint } from './terminal-colours.ts'

export function importText({ taken, defaulted, dropped }: ImportReport, paint: Paint): string {
  const width = Math.max(...[...taken, ...defaulted].map(({ member }) => member.length), 0)
  const line = ({ member, at }: MemberOrigin): string =>
    `  ${member.padEnd(width)}  ${paint.dim(at === null ? 'countersign' : `${visible(at.file)}:${at.line}`)}`
  return [
    ...section('taken', taken.map(line), paint),
    ...section('left to the defaults', defaulted.map(line), paint),
    ...section(
      'not in the new file',
      dropped.map(({ what, why }) => `  ${visible(what)}: ${visible(why)}`),
      paint,
    ),
  ].join('\n')
}

/** Equal problems are one problem, at the last place. */
export function oncePerCause(problems: readonly Problem[]): readonly Problem[] {
  const causeOf = ({ code, message, hint }: Problem): string => [code, message, hint].join('\n')
  return uniqueBy(problems, causeOf).map(one => {
    const same = problems.filter(each => causeOf(each) === causeOf(one))
    const places = same.flatMap(({ at }) => (at === null || at === one.at ? [] : [at]))
    const others = sortedSet(
      places.map(({ file, line }) => (file === one.at?.file ? `line ${line}` : file)),
    )
    const more = others.length > 3 ? ` and ${others.length - 3} more` : ''
    const message = `${one.message}; the same in ${others.slice(0, 3).join(', ')}${more}`
    return others.length === 0 ? one : { ...one, message }
  })
}

function section(title: string, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.length === 0 ? [] : [paint.strong(title), ...lines]
}

export function importJson({ from, request, taken, defaulted, dropped, remarks }: ImportReport) {
  const told = ({ member, at }: MemberOrigin) => ({
    member,
    ...(at === null ? { by: 'countersign' } : { file: at.file, line: at.line }),
  })
  return {
    from,
    path: request.path,
    taken: taken.map(told),
    defaulted: defaulted.map(told),
    dropped: dropped.map(({ what, why }) => ({ what, why })),
    remarks: remarks.map(problemJson),
  }
}
