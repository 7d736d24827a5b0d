import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { CONFIG_SCHEMA } from '../../../../src/core/config/config-schema.ts'
import { INVENTORY_SCHEMA } from '../../../../src/core/pending/load-inventory.ts'
import { POLICY_SCHEMA } from '../../../../src/core/policy/schema/policy-schema.ts'
import { OWN_REQUEST_SCHEMA } from '../../../../src/core/request/own/own-schema.ts'
import { EVIDENCE_SCHEMA, PREDICATE_SCHEMA } from '../../../../src/lib/schema/evidence-schema.ts'
import { jsonSchemaText } from '../../../../src/lib/schema/json-schema.ts'
import { sourceText } from '../../../../src/lib/source/text-position.ts'
import { readYaml } from '../../../../src/lib/source/read-yaml.ts'
import { evidence } from '../../../build/evidence.ts'
import { INVENTORY_YAML } from '../../../build/pending.ts'

const ROOT = new URL('../../../../', import.meta.url)
const FIXTURES = new URL('test/fixtures/', ROOT)
const REQUEST_FILE = 'certificate-request.schema.json'
const CONFIG_FILE = 'config.schema.json'
const POLICY_FILE = 'policy.schema.json'
const INVENTORY_FILE = 'node-inventory.schema.json'
const EVIDENCE_FILE = 'evidence.json'
const PREDICATE_FILE = 'evidence-predicate.json'

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true })
formats.default(ajv)
const isRequest = ajv.compile(committed(REQUEST_FILE))
const isConfig = ajv.compile(committed(CONFIG_FILE))
const isPolicy = ajv.compile(committed(POLICY_FILE))

/** Faults that only a reader of whole values can find: an editor sees shape and spelling. */
const SHAPE =
  /^FILE_(?:FIELD_(?:UNKNOWN|REQUIRED|TYPE)|KIND)|^REQUEST_USAGE_UNKNOWN|^SINK_ENVIRONMENT|^CONFIG_DEFAULT_IDENTITY/

const isEvidence = ajv.compile(committed(EVIDENCE_FILE))

describe('the JSON Schema files', () => {
  test.each([
    [REQUEST_FILE, OWN_REQUEST_SCHEMA, 'countersign certificate request'],
    [CONFIG_FILE, CONFIG_SCHEMA, 'countersign configuration'],
    [POLICY_FILE, POLICY_SCHEMA, 'countersign policy'],
    [INVENTORY_FILE, INVENTORY_SCHEMA, 'countersign inventory of nodes'],
    [EVIDENCE_FILE, EVIDENCE_SCHEMA, 'countersign evidence of an approval'],
    [PREDICATE_FILE, PREDICATE_SCHEMA, 'in-toto predicate with the evidence of a certificate'],
  ])('the schema file %s matches the code (npm run generate)', (file, schema, title) => {
    const text = readFileSync(new URL(`schema/${file}`, ROOT), 'utf8')
    expect(text).toBe(jsonSchemaText(schema, { file, title }))
  })

  test.each([REQUEST_FILE, CONFIG_FILE, POLICY_FILE, INVENTORY_FILE, EVIDENCE_FILE])(
    'the schema file %s describes every field',
    file => {
      expect(undescribed(committed(file), '')).toEqual([])
    },
  )

  test.each(ownFiles('requests/good'))('the schema accepts the good request %s', name => {
    expect(faults(isRequest, `requests/good/${name}`)).toEqual([])
  })

  test('the schema accepts an inventory of nodes, and no field that does not exist', () => {
    const valueOf = (text: string): unknown => {
      const read = readYaml(sourceText('a.yaml', text))
      return read.ok ? read.value.root.value : null
    }
    const isInventory = ajv.compile(committed(INVENTORY_FILE))
    expect(isInventory(valueOf(INVENTORY_YAML)) ? [] : isInventory.errors).toEqual([])
    expect(isInventory(valueOf(INVENTORY_YAML.replace('maxNodes', 'most')))).toBe(false)
  })

  test('the schema accepts evidence as it is written', () => {
    const json: unknown = JSON.parse(JSON.stringify(evidence()))
    expect(isEvidence(json) ? [] : isEvidence.errors).toEqual([])
    expect(isEvidence({ ...evidence(), blob: 'b' })).toBe(false)
    expect(isEvidence({ ...evidence(), verdict: true })).toBe(false)
  })

  test.each(ownFiles('config/good'))('the schema accepts the good configuration %s', name => {
    expect(faults(isConfig, `config/good/${name}`)).toEqual([])
  })

  test.each(ownFiles('policies/good'))('the schema accepts the good policy %s', name => {
    expect(faults(isPolicy, `policies/good/${name}`)).toEqual([])
  })

  test.each(ownFiles('requests/bad').filter(isWrongShape('requests/bad')))(
    'the schema refuses the bad request %s',
    name => expect(isRequest(valueIn(`requests/bad/${name}`))).toBe(false),
  )

  test.each(ownFiles('config/bad').filter(isWrongShape('config/bad')))(
    'the schema refuses the bad configuration %s',
    name => expect(isConfig(valueIn(`config/bad/${name}`))).toBe(false),
  )

  test.each(ownFiles('policies/bad').filter(isWrongShape('policies/bad')))(
    'the schema refuses the bad policy %s',
    name => expect(isPolicy(valueIn(`policies/bad/${name}`))).toBe(false),
  )
})

function committed(file: string) {
  return JSON.parse(readFileSync(new URL(`schema/${file}`, ROOT), 'utf8'))
}

/** Our manifests that are valid YAML or JSON. */
function ownFiles(folder: string): string[] {
  return readdirSync(new URL(folder, FIXTURES)).filter(name => {
    if (!/\.(?:ya?ml|json)$/.test(name)) return false
    const value = valueIn(`${folder}/${name}`)
    return JSON.stringify(value)?.includes('countersign.dev/v1') ?? false
  })
}

function isWrongShape(folder: string) {
  return (name: string) =>
    readFileSync(new URL(`${folder}/${name}.expect`, FIXTURES), 'utf8')
      .split('\n')
      .some(line => SHAPE.test(line))
}

function valueIn(path: string): unknown {
  const tree = readYaml(sourceText(path, readFileSync(new URL(path, FIXTURES), 'utf8')))
  return tree.ok ? tree.value.root.value : undefined
}

function faults(validate: ReturnType<Ajv2020['compile']>, path: string) {
  return validate(valueIn(path)) ? [] : validate.errors
}

interface SchemaNode {
  readonly description?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  readonly additionalProperties?: SchemaNode | false
}

/** Paths of fields without a description. */
function undescribed(node: SchemaNode | false | undefined, path: string): string[] {
  if (!node) return []
  const fields = Object.entries(node.properties ?? {})
  return [
    ...fields.filter(([, field]) => !field.description).map(([name]) => `${path}.${name}`),
    ...fields.flatMap(([name, field]) => undescribed(field, `${path}.${name}`)),
    ...undescribed(node.items, `${path}[]`),
    ...undescribed(node.additionalProperties, `${path}.*`),
  ]
}
