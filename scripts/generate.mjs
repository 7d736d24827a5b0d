// npm run generate: writes the JSON Schemas in schema/ from the zod schemas of the readers, and docs/pictures, docs/errors.md and the
// generated pages of docs/reference/ from the code. Unit tests compare the committed files with the code.
import { mkdir, writeFile } from 'node:fs/promises'
import { register } from 'node:module'
import { ROOT } from './run.mjs'

register('./typescript-hooks.mjs', import.meta.url)

const source = path => import(`${ROOT}src/${path}.ts`)
const { jsonSchemaText } = await source('lib/schema/json-schema')
const { OWN_REQUEST_SCHEMA } = await source('core/request/own/own-schema')
const { CONFIG_SCHEMA } = await source('core/config/config-schema')
const { EVIDENCE_SCHEMA, PREDICATE_SCHEMA } = await source('lib/schema/evidence-schema')
const { POLICY_SCHEMA } = await source('core/policy/schema/policy-schema')
const { INVENTORY_SCHEMA } = await source('core/pending/load-inventory')
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
const { PAGES } = await import('./reference/pages.ts')
for (const [path, page] of Object.entries(PAGES)) {
  await writeFile(`${ROOT}${path}`, await page())
  console.log(`wrote ${path}`)
}
