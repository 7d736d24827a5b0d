// npm run generate: writes the JSON Schemas in schema/ from the zod schemas of the readers, docs/errors.md from the codes, and the
// tables of the README from the inputs. Unit tests compare the committed files with the code.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { conformanceMarkdown } from './approval-conformance.mjs'
import { compile } from './compile.mjs'
import { pictureText } from './picture.mjs'
import { ROOT } from './run.mjs'

compile()
const { jsonSchemaText } = await import(`${ROOT}build/lib/schema/json-schema.js`)
const { OWN_REQUEST_SCHEMA } = await import(`${ROOT}build/core/request/own/own-schema.js`)
const { CONFIG_SCHEMA } = await import(`${ROOT}build/core/config/config-schema.js`)
const { EVIDENCE_SCHEMA, PREDICATE_SCHEMA } = await import(
  `${ROOT}build/lib/schema/evidence-schema.js`
)
const { POLICY_SCHEMA } = await import(`${ROOT}build/core/policy/schema/policy-schema.js`)
const { INVENTORY_SCHEMA } = await import(`${ROOT}build/core/pending/inventory-schema.js`)
const files = [
  [OWN_REQUEST_SCHEMA, 'certificate-request.schema.json', 'countersign certificate request'],
  [CONFIG_SCHEMA, 'config.schema.json', 'countersign configuration'],
  [POLICY_SCHEMA, 'policy.schema.json', 'countersign policy'],
  [INVENTORY_SCHEMA, 'node-inventory.schema.json', 'countersign inventory of nodes'],
  [EVIDENCE_SCHEMA, 'evidence.json', 'countersign evidence of an approval'],
  [
    PREDICATE_SCHEMA,
    'evidence-predicate.json',
    'in-toto predicate with the evidence of a certificate',
  ],
]
await mkdir(`${ROOT}schema`, { recursive: true })
for (const [schema, file, title] of files) {
  await writeFile(`${ROOT}schema/${file}`, jsonSchemaText(schema, { file, title }))
  console.log(`wrote schema/${file}`)
}
await writeFile(`${ROOT}docs/approval-conformance.md`, conformanceMarkdown())
console.log('wrote docs/approval-conformance.md')
for (const theme of ['light', 'dark'])
  await writeFile(`${ROOT}docs/pictures/countersign-${theme}.svg`, pictureText(theme))
console.log('wrote docs/pictures')
const reference = await import(`${ROOT}build/entry/reference-docs.js`)
await writeFile(`${ROOT}docs/errors.md`, reference.errorsMarkdown())
const readme = await readFile(`${ROOT}README.md`, 'utf8')
const flags = reference.withTable(readme, 'flags', reference.flagsMarkdown())
await writeFile(
  `${ROOT}README.md`,
  reference.withTable(flags, 'inputs', reference.inputsMarkdown()),
)
console.log('wrote docs/errors.md and the tables of README.md')
