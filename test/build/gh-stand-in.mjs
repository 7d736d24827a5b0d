#!/usr/bin/env node
// `gh api PATH`, as far as examples/workflows/try-github.yml uses it, against the API at GITHUB_API_URL. GH_DAMAGE takes
// what the answers say: `nothing` leaves an empty object, `null` no value in any place; and nothing is refused.
const [, path = '', ...rest] = process.argv.slice(2)
const filled = text =>
  text
    .replaceAll('{owner}', process.env.GH_REPO.split('/')[0])
    .replaceAll('{repo}', process.env.GH_REPO.split('/')[1])
const fields = Object.fromEntries(
  rest
    .filter((_, index) => index % 2 === 1)
    .map(field => filled(field).split(/=(.*)/s).slice(0, 2)),
)
const { query, ...variables } = fields
const headers = { authorization: `Bearer ${process.env.GH_TOKEN}`, 'user-agent': 'gh' }
const post = { method: 'POST', body: JSON.stringify({ query, variables }) }
const url = `${process.env.GITHUB_API_URL}/${filled(path)}`
const response = await fetch(url, { headers, ...(path === 'graphql' ? post : {}) })
const text = await response.text()
const body = JSON.parse(text)
// What the lines are about is found first, and not damaged.
const isFirst = /^repos\/[^/]+\/[^/]+(\/rulesets|\/pulls\?.*)?$/.test(filled(path))
const damage = isFirst ? '' : (process.env.GH_DAMAGE ?? '')
const nulled = JSON.stringify(body, (_, value) => (typeof value === 'object' ? value : null))
process.stdout.write({ nothing: '{}', null: nulled }[damage] ?? text)
if (damage === '' && (!response.ok || body.errors !== undefined)) {
  const said = body.message ?? body.errors[0].message
  process.stderr.write(`gh: ${said} (HTTP ${response.status})\n`)
  process.exitCode = 1
}
