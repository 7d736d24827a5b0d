// npm run prose [-- --warnings] [WORD ...]: judges every text that people read with the rules in scripts/prose/countersign: documents,
// comments in examples, help, messages. WORDs choose files. Ends with exit code 1 if there is a finding.
import { parseArgs } from 'node:util'
import { judgedPages } from './prose/judged-pages.mjs'
import { ensureVale, judge } from './prose/vale.mjs'

const { values, positionals } = parseArgs({
  options: { warnings: { type: 'boolean', default: false } },
  allowPositionals: true,
})
ensureVale()
const pages = judgedPages()
const byName = new Map(pages.map(page => [page.name, page]))
const findings = judge(pages)
  .filter(({ isError }) => isError || values.warnings)
  .map(finding => ({ ...finding, place: placeOf(finding) }))
  .filter(({ place }) => positionals.length === 0 || positionals.some(word => place.includes(word)))
for (const { place, rule, message, isError } of findings)
  console.log(`${place}  ${isError ? 'error' : 'warning'}: ${message} (${rule})`)
const errors = findings.filter(({ isError }) => isError).length
console.log(`${pages.length} pages, ${errors} ${errors === 1 ? 'finding' : 'findings'}`)
process.exitCode = errors === 0 ? 0 : 1

function placeOf({ page, line, column }) {
  const { places, name } = byName.get(page)
  if (places !== null) return places[line - 1] ?? name
  return `${name.replace(/(\.ya?ml)\.md$/, '$1')}:${line}:${column}`
}
