// Findings of doctor: one line each, and below a fault the text that fixes it.
import type { PlacedFinding } from '../../domain/cluster/finding.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { Paint } from './terminal-colours.ts'

const MARKS = {
  good: { sign: '✓', tone: 'good', word: 'ok' },
  bad: { sign: '✗', tone: 'bad', word: 'wrong' },
  unsure: { sign: '!', tone: 'warn', word: 'unsure' },
} as const
const SHORTEST_AREA = 12

export function doctorText(findings: readonly PlacedFinding[], paint: Paint): string {
  const width = Math.max(SHORTEST_AREA, ...findings.map(({ area }) => visible(area).length))
  const lines = findings.map(finding => findingText(finding, width, paint))
  return [...lines, '', paint.strong(verdict(findings))].join('\n')
}

export function findingJson({ mark, ...said }: PlacedFinding): unknown {
  return { mark: MARKS[mark].word, ...said }
}

function findingText(
  { mark, area, message, code, paste }: PlacedFinding,
  width: number,
  paint: Paint,
): string {
  const { sign, tone } = MARKS[mark]
  const said = code === null ? visible(message) : `${visible(message)} (${code})`
  const indent = ' '.repeat(width + 3)
  const below = (paste ?? '').split('\n').filter(line => line !== '')
  return [
    `${paint[tone](sign)} ${visible(area).padEnd(width)} ${said}`,
    ...below.map(line => `${indent}${visible(line)}`),
  ].join('\n')
}

function verdict(findings: readonly PlacedFinding[]): string {
  const count = (mark: PlacedFinding['mark']): number =>
    findings.filter(each => each.mark === mark).length
  const [wrong, open] = [count('bad'), count('unsure')]
  if (wrong === 0 && open === 0) return 'everything that countersign relies on is in order'
  const parts = [
    ...(wrong === 0 ? [] : [`${wrong} to fix`]),
    ...(open === 0 ? [] : [`${open} to look at`]),
  ]
  return `${parts.join(', ')}, ${count('good')} in order`
}
