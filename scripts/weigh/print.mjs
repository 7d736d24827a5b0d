// The report of weigh for a terminal: about sixty lines; with a second weight, the rows that differ.

const ROWS = { command: 7, format: 5, sink: 6, repeated: 10, pages: 5, files: 5 }

/** @param {import('./measure.mjs').Weight} now @param {import('./measure.mjs').Weight | null} before @param {object | null} run */
export function report(now, before, run) {
  return [
    ...folderLines(now, before),
    ...partLines(now, before),
    ...repeatedLines(now, before),
    ...pageLines(now, before),
    ...runLines(run),
  ]
}

function folderLines(now, before) {
  const isShown = ({ name }) => /^(?:product|(?:src\/)?[^/]+)$/.test(name)
  const rows = compared(now.folders.filter(isShown), before?.folders.filter(isShown), MEMBERS)
  return ['lines and files (product: src without src/sandbox)', ...table(rows, MEMBERS, Infinity)]
}

const MEMBERS = ['lines', 'files']

function partLines(now, before) {
  const of = (weight, wanted) =>
    weight?.parts
      .filter(({ kind }) => kind === wanted)
      .map(({ kind, name, lines, files }) => ({
        name: `${kind} ${name}`,
        lines,
        files: files.length,
      }))
  const kinds = ['command', 'format', 'sink']
  const rows = kinds.flatMap(kind =>
    compared(of(now, kind), of(before, kind), MEMBERS).slice(0, ROWS[kind]),
  )
  const title = 'lines that only one command, request format or sink reaches'
  return ['', title, ...table(rows, MEMBERS, Infinity)]
}

function repeatedLines(now, before) {
  const exported = repeated(now, before, each => each.exported > 1)
  const rest = repeated(now, before, each => each.exported < 2)
  return [
    '',
    `function names that several files export: ${exported.title}`,
    ...exported.lines,
    `other function names that several files define: ${rest.title}`,
    ...rest.lines,
  ]
}

function repeated(now, before, test) {
  const all = now.repeated.filter(test)
  const old = before?.repeated.filter(test)
  const count = (list, wanted) => list.find(({ name }) => name === wanted)?.files.length ?? 0
  const names = new Set([...all, ...(old ?? [])].map(({ name }) => name))
  const texts = [...names].flatMap(name => {
    const [is, was] = [count(all, name), count(old ?? [], name)]
    if (old === undefined) return [`${name} ${is}`]
    return is === was ? [] : [`${name} ${was} → ${is}`]
  })
  return {
    title: `${all.length}${change(all.length, old?.length)}`,
    lines: wrapped(texts.slice(0, ROWS.repeated), texts.length),
  }
}

function pageLines(now, before) {
  const total = pages => pages.reduce((sum, { words }) => sum + words, 0)
  const all = total(now.pages)
  const old = before === null ? undefined : total(before.pages)
  return [
    '',
    `words in README and docs: ${number(all)}${change(all, old)} on ${now.pages.length}${change(now.pages.length, before?.pages.length)} pages`,
    ...table(compared(now.pages, before?.pages, ['words']), ['words'], ROWS.pages),
  ]
}

const RUN = ['cpuSeconds', 'seconds', 'tests', 'planes', 'processes']
const HEADS = { cpuSeconds: 'CPU s', seconds: 's', planes: 'control planes' }

function runLines(run) {
  if (run === null) return ['', 'last test run: none (npm test writes .cache/test-times.json)']
  return [
    '',
    `last test run: ${run.date}, Node ${run.node}`,
    ...table(run.suites.map(same), RUN, Infinity),
    ...table(
      run.files.map(({ file, ...rest }) => same({ name: file, ...rest })),
      RUN,
      ROWS.files,
    ),
  ]
}

const same = row => ({ ...row, old: null })

/** The rows of now with those of before; without equal ones if there is a before. The largest change is first. */
function compared(rows, before, members) {
  if (before === undefined) return rows.map(same)
  const nothing = Object.fromEntries(members.map(member => [member, 0]))
  const known = new Map(before.map(row => [row.name, row]))
  const gone = before.filter(({ name }) => rows.every(row => row.name !== name))
  const size = ({ old, ...row }) => Math.abs(row[members[0]] - old[members[0]])
  return [
    ...rows.map(row => ({ ...row, old: known.get(row.name) ?? nothing })),
    ...gone.map(row => ({ name: row.name, ...nothing, old: row })),
  ]
    .filter(({ old, ...row }) => members.some(member => row[member] !== old[member]))
    .toSorted((a, b) => size(b) - size(a))
}

function table(rows, members, most) {
  if (rows.length === 0) return ['  no change']
  const shown = rows.slice(0, most)
  const cells = shown.map(({ name, old, ...row }) => [
    ...members.map(member => cell(row[member], old?.[member])),
    name,
  ])
  const heads = [...members.map(member => HEADS[member] ?? member), '']
  const widths = heads.map((head, index) =>
    Math.max(head.length, ...cells.map(each => each[index].length)),
  )
  const lines = [heads, ...cells].map(each =>
    each
      .map((text, index) => (index < members.length ? text.padStart(widths[index]) : text))
      .join('  ')
      .trimEnd(),
  )
  const left = rows.length - shown.length
  return [...lines, ...(left > 0 ? [`… ${left} more`] : [])].map(line => `  ${line}`)
}

function cell(value, old) {
  return typeof value === 'number' ? `${number(value)}${change(value, old)}` : '-'
}

function change(value, old) {
  if (old === undefined || old === null || value === old) return ''
  return ` (${value > old ? '+' : '-'}${number(Math.abs(value - old))})`
}

function number(value) {
  return value.toLocaleString('en', { maximumFractionDigits: 1 })
}

function wrapped(texts, total) {
  const left = total - texts.length
  const all = [...texts, ...(left > 0 ? [`… ${left} more`] : [])]
  const lines = []
  for (const text of all) {
    const last = lines.at(-1)
    if (last === undefined || last.length + text.length > 120) lines.push(`  ${text}`)
    else lines[lines.length - 1] = `${last}, ${text}`
  }
  return lines
}
