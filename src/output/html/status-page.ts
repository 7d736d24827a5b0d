// The status as one page that loads nothing: a verdict, a table with a timeline of each certificate, details to unfold.
import { hash } from 'node:crypto'
import { VERSION } from '../../domain/version.ts'
import { minute, relative } from '../terminal/plural-words.ts'
import { certificateFacts } from '../terminal/status-rows.ts'
import type { StatusRow } from '../terminal/status-rows.ts'
import { ENDED } from '../terminal/status-text.ts'
import type { StatusFrame } from '../terminal/status-text.ts'
import { PAGE_SCRIPT } from './page-script.ts'
import { PAGE_STYLE } from './page-style.ts'
import { markup, ownCode } from './safe-html.ts'
import type { Html } from './safe-html.ts'

const DAY_MS = 24 * 3_600_000
/** What happens to a certificate, and the words for it. */
const GROUPS = {
  attention: 'needs attention',
  due: 'due for renewal',
  renews: 'renews by itself',
  leaving: 'not renewed',
  earlier: 'out of use, still works',
}

type PageRow = StatusRow & { readonly group: keyof typeof GROUPS }

/** `server`: address of GitHub, for links to the repository. */
export type PageFacts = StatusFrame & { readonly now: Date; readonly server: string }

/** `used`: the rows of all certificates in use. */
export function statusPage(used: readonly StatusRow[], facts: PageFacts): string {
  const { now, unreachable, lastApply } = facts
  const all = [...used.map(row => ({ ...row, group: groupOf(row, now) })), ...earlierRows(facts)]
  const rows = all.toSorted((a, b) => Number(b.needsAttention) - Number(a.needsAttention))
  const lines = timeline(rows, now)
  const of = (name: string): number => rows.filter(({ group }) => group === name).length
  const soon = new Date(now.getTime() + 7 * DAY_MS)
  const ending = used.filter(
    ({ until, renewAt, endsAsAsked }) => renewAt === null && !endsAsAsked && until && until <= soon,
  )
  const needs = of('attention')
  const verdict = `${needs || 'No'} certificate${needs === 1 ? ' needs' : 's need'} attention${unreachable > 0 ? `; clusters that were not read: ${unreachable}` : ''}`
  const options = Object.entries(GROUPS).map(
    ([group, words]) => markup`<option value="${group}">${words} (${of(group)})</option>`,
  )
  const style = PAGE_STYLE + lines.css
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(PAGE_SCRIPT)}; base-uri 'none'; form-action 'none'`
  const until = new Date(now.getTime() + DAY_MS)
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${verdict}</title>
${ownCode('style', style)}
</head><body><main>
<p id="stale" role="status" hidden>This page is older than 24 hours. Do not rely on it.</p>
<h1>${verdict}</h1>
<p>${used.length} in use or asked for · ${ending.length} expire within 7 days without renewal · ${of('due')} due for renewal · ${of('earlier')} out of use, still work</p>
<p class="soft">Owner ${facts.owner}. Last apply ${lastApply === null ? 'unknown' : relative(lastApply, now)}.
Made ${time(now)}; “in 3d” counts from then. Trust it until <time id="until" datetime="${until.toISOString()}">${minute(until)}</time>: it does not know what was issued, revoked or withdrawn since.</p>
<form id="form" role="search" hidden>
<input id="words" type="search" aria-label="Filter: text in any column" placeholder="Filter">
<select id="group" aria-label="State"><option value="">all (${rows.length})</option>${options}</select>
<span class="soft"><kbd>/</kbd> filter · <kbd>Esc</kbd> clear · <kbd>Enter</kbd> on a column sorts</span>
<output id="count"></output>
</form>
<table>
<thead><tr>${['Name', 'Cluster', 'Who', 'Ends', 'Renews', 'State', 'Approved by'].map(name => markup`<th scope="col">${name}</th>`)}<th scope="col">Valid from | to, ○ renewal due ${lines.scale}</th><th scope="col" hidden>Details</th></tr></thead>
<tbody>
${rows.map(row => tableRow(row, lines.draw(row), facts))}</tbody></table></main>
<footer class="soft">Kubernetes cannot revoke a certificate: one that is out of use works until it expires. countersign ${VERSION}</footer>
${ownCode('script', PAGE_SCRIPT)}
</body></html>
`.toString()
}

function tableRow(row: PageRow, drawing: Html, { now, server }: PageFacts): Html {
  const { cluster, until, validFrom, renewAt, approvedBy, pullRequest, commit, group, next } = row
  const link = (path: string, text: string): Html => {
    const address = `${server}/${row.repository}/${path}`
    // A record is not trusted to name a repository.
    const isAddress = /^https:\/\/[\w.:-]+(?:\/[\w.-]+){2}\/(?:pull|commit)\/\w+$/.test(address)
    return isAddress ? markup`<a href="${address}" rel="noreferrer">${text}</a>` : markup`${text}`
  }
  const pull = pullRequest === null ? '' : link(`pull/${pullRequest}`, `#${pullRequest}`)
  const details = {
    Next: next,
    Serial: row.serial,
    'SHA-256': row.sha256,
    Request: row.path,
    Commit: commit && link(`commit/${commit}`, commit),
    'Approver rule': row.rule,
    'Stored in': row.sinks.join(', '),
    Roles: row.roles.join(', '),
  }
  const list = Object.entries(details).flatMap(([term, value]) =>
    value ? [markup`<dt>${term}</dt><dd>${value}</dd>`] : [],
  )
  const date = (at: Date | null): Html =>
    at === null ? markup`-` : markup`${relative(at, now)} <small>${time(at)}</small>`
  const key = (at: Date | null | undefined): string => at?.toISOString() ?? '-'
  return markup`<tr class="${group}"><td>${row.name}</td><td>${cluster ?? '-'}</td><td>${row.who}</td>
<td data-key="${key(until)}">${until === undefined ? 'unknown' : date(until)}</td>
<td data-key="${key(renewAt)}">${group === 'due' ? 'due now' : date(renewAt)}</td>
<td>${row.state}${group === 'renews' ? '' : markup`<p class="soft">${next}</p>`}</td><td>${approvedBy.join(', ') || '-'} ${pull}</td>
<td data-key="${key(validFrom)}">${drawing}</td>
<td class="more"><details><summary aria-label="details of ${row.name}">details</summary><dl>${list}</dl></details></td></tr>
`
}

function groupOf({ needsAttention, renewAt }: StatusRow, now: Date): PageRow['group'] {
  if (needsAttention) return 'attention'
  return renewAt === null ? 'leaving' : renewAt <= now ? 'due' : 'renews'
}

function earlierRows({ earlier, now }: PageFacts): readonly PageRow[] {
  return earlier.map(({ ended, endedAt, notBefore, notAfter, targets, ...row }) => ({
    ...certificateFacts(null, null),
    ...row,
    path: '',
    validFrom: notBefore,
    until: notAfter,
    renewAt: null,
    state: `${ENDED[ended]}${endedAt === null ? '' : ` ${relative(endedAt, now)}`}`,
    next: 'works until it expires',
    needsAttention: false,
    abandoned: [],
    sinks: targets,
    group: 'earlier',
  }))
}

function time(date: Date): Html {
  return markup`<time datetime="${date.toISOString()}">${minute(date)}</time>`
}

function hashOf(text: string): string {
  return `'sha256-${hash('sha256', text, 'base64')}'`
}

/** Where now and the last end are, and the least distance of two marks, in percent of the width. */
const [NOW, END, GAP] = [22, 98, 13]

// Validity and renewal of each certificate as SVG, on one scale: logarithmic to both sides of now, so that a day and a year are legible.

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
