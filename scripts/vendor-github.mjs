// node scripts/vendor-github.mjs, run by hand: rewrites test/vendor/github/ from GitHub's published API descriptions.
//
// Downloads two npm packages into a temporary directory (the second is 385 MB unpacked, so one file of it is unpacked) and
// extracts the operations of the double. The kept parts are unchanged, except for descriptions, examples, links, response
// headers and extensions (x-...). To keep more, add to the lists in scripts/vendor-github/ and run it again.
import { mkdtemp, readFile, rm, writeFile, mkdir, copyFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ROOT } from './run.mjs'
import { subsetOfOpenApi } from './vendor-github/openapi.mjs'
import { subsetOfSchema } from './vendor-github/graphql.mjs'

const run = promisify(execFile)
const TARGET = join(ROOT, 'test/vendor/github')

const SOURCES = [
  {
    name: '@octokit/graphql-schema',
    version: '15.26.1',
    file: 'schema.graphql',
    licence: 'LICENSE.md',
    copy: 'LICENSE-graphql-schema',
    result: 'schema.graphql',
    cut: subsetOfSchema,
  },
  {
    name: '@octokit/openapi',
    version: '23.0.2',
    file: 'generated/api.github.com.json',
    licence: 'LICENSE',
    copy: 'LICENSE-openapi',
    result: 'openapi.json',
    cut: text => `${JSON.stringify(subsetOfOpenApi(JSON.parse(text)), null, 1)}\n`,
  },
]

const directory = await mkdtemp(join(tmpdir(), 'vendor-github-'))
try {
  await mkdir(TARGET, { recursive: true })
  for (const source of SOURCES) await vendor(source)
  await writeFile(join(TARGET, 'SOURCE.md'), sourceText())
} finally {
  await rm(directory, { recursive: true, force: true })
}

async function vendor({ name, version, file, licence, copy, result, cut }) {
  const packed = await run('npm', ['pack', '--silent', `${name}@${version}`], { cwd: directory })
  const archive = packed.stdout.trim()
  const wanted = [`package/${file}`, `package/${licence}`]
  await run('tar', ['-xzf', archive, ...wanted], { cwd: directory })
  const text = cut(await readFile(join(directory, 'package', file), 'utf8'))
  await writeFile(join(TARGET, result), text)
  await copyFile(join(directory, 'package', licence), join(TARGET, copy))
  console.log(`wrote test/vendor/github/${result}: ${Math.ceil(text.length / 1024)} KiB`)
}

function sourceText() {
  const rows = SOURCES.map(
    ({ name, version, file, result, copy }) =>
      `| \`${result}\` | npm \`${name}\` ${version}, \`${file}\` | MIT, \`${copy}\` |`,
  )
  return `# What GitHub publishes about its API

Cut by \`scripts/vendor-github.mjs\` from two packages; nothing here is written by hand.

| file | from | licence |
| --- | --- | --- |
${rows.join('\n')}

\`schema.graphql\` keeps the types named in \`scripts/vendor-github/graphql.mjs\`, each with those of its fields whose types
are kept, and every scalar, enum and input these need. Two fields of \`EnterpriseOwnerInfo\` stand twice in the original; the
type is not kept.

\`openapi.json\` keeps the operations named in \`scripts/vendor-github/openapi.mjs\` and what they refer to. It is OpenAPI 3.0:
\`nullable\` stands as published, also beside schemas without \`type\`; \`test/build/github-schema.ts\` turns it into JSON Schema.

Descriptions, examples, links, response headers and extensions (\`x-...\`) are left out.
`
}
