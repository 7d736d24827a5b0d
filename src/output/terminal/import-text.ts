// The report of `countersign import`: the origin of each member, what the configuration fills in, what the signer leaves out.
import type { Place } from '../../domain/problem.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { Paint } from './terminal-colours.ts'

interface MemberOrigin {
  readonly member: string
  readonly at: Place | null
}

export interface ImportReport {
  readonly taken: readonly MemberOrigin[]
  readonly defaulted: readonly MemberOrigin[]
  readonly dropped: readonly { readonly what: string; readonly why: string }[]
}

export function importText({ taken, defaulted, dropped }: ImportReport, paint: Paint): string {
  const width = Math.max(...[...taken, ...defaulted].map(({ member }) => member.length), 0)
  const line = ({ member, at }: MemberOrigin): string =>
    `  ${member.padEnd(width)}  ${paint.dim(placeText(at))}`
  return [
    ...section('taken', taken.map(line), paint),
    ...section('left to the defaults', defaulted.map(line), paint),
    ...section(
      'not in the new file, because the signer leaves it out',
      dropped.map(({ what, why }) => `  ${visible(what)}: ${visible(why)}`),
      paint,
    ),
  ].join('\n')
}

function section(title: string, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.length === 0 ? [] : [paint.strong(title), ...lines]
}

function placeText(at: Place | null): string {
  return at === null ? 'countersign' : `${visible(at.file)}:${at.line}`
}

export function importJson({ taken, defaulted, dropped }: ImportReport) {
  const told = ({ member, at }: MemberOrigin) => ({
    member,
    ...(at === null ? { by: 'countersign' } : { file: at.file, line: at.line }),
  })
  return {
    taken: taken.map(told),
    defaulted: defaulted.map(told),
    dropped: dropped.map(({ what, why }) => ({ what, why })),
  }
}
