// Validity and renewal of each certificate as SVG, on one scale: logarithmic to both sides of now, so that a day and a year are legible.
import { minute } from '../terminal/plural-words.ts'
import type { StatusRow } from '../terminal/status-rows.ts'
import { markup } from './safe-html.ts'
import type { Html } from './safe-html.ts'

/** Where now and the last end are, and the least distance of two marks, in percent of the width. */
const [NOW, END, GAP] = [22, 98, 13]
/** Marks of the scale, in hours. */
const MARKS = { '10 y': 87_600, '1 y': 8760, '90 d': 2160, '30 d': 720, '7 d': 168, '1 d': 24, '6 h': 6, '1 h': 1 } // prettier-ignore

/** The scale with its labels, the style of its lines behind each drawing, and the drawings. */
export function timeline(rows: readonly StatusRow[], now: Date) {
  const hoursTo = (date: Date): number => (date.getTime() - now.getTime()) / 3_600_000
  const near = (hours: number): number => Math.log1p(hours / 6)
  const all = rows.flatMap(({ validFrom, until }) => [validFrom, until].map(d => hoursTo(d ?? now)))
  const past = near(all.reduce((most, hours) => Math.max(most, -hours), 1))
  const future = near(all.reduce((most, hours) => Math.max(most, hours), 1))
  const at = (hours: number): number =>
    NOW + (hours < 0 ? -(NOW * near(-hours)) / past : ((END - NOW) * near(hours)) / future)
  const marks: { x: number; label: string }[] = []
  for (const [label, hours] of Object.entries(MARKS)) {
    const x = Math.round(at(hours))
    if (x <= END && x > NOW + GAP && x < (marks.at(-1)?.x ?? 200) - GAP) marks.push({ x, label }) // prettier-ignore
  }
  const labels = [...marks, { x: NOW, label: 'now' }].map(({ x, label }) => markup`<text x="${x}%" y="12">${label}</text>`) // prettier-ignore
  const line = (x: number, ink: string): string => `linear-gradient(var(--${ink}) 0 0) ${x}% 0 / 1px 100% no-repeat` // prettier-ignore
  const lines = [line(NOW, 'ink'), ...marks.map(({ x }) => line(x, 'line'))]
  return {
    scale: markup`<svg width="100%" height="16" aria-hidden="true">${labels}</svg>`,
    css: `td svg { background: ${lines.join(', ')} }`,
    draw({ validFrom, until, renewAt }: StatusRow): Html {
      if (!until) return markup`-`
      const [from, to] = [validFrom ?? now, until].map(date => at(hoursTo(date)).toFixed(1))
      const width = Math.max(0, Number(to) - Number(from)).toFixed(1)
      const due = renewAt === null ? [] : [markup`<circle cx="${at(hoursTo(renewAt)).toFixed(1)}%" cy="10" r="4"/>`] // prettier-ignore
      const words = `valid from ${validFrom ? minute(validFrom) : 'unknown'} to ${minute(until)}${renewAt ? `, renewal due ${minute(renewAt)}` : ''}`
      return markup`<svg width="100%" height="20" role="img" aria-label="${words}"><rect x="${from ?? ''}%" y="7" width="${width}%" height="6"/><line x1="${to ?? ''}%" x2="${to ?? ''}%" y1="3" y2="17"/>${due}</svg>`
    },
  }
}
