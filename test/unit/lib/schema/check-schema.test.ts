import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { sourceText } from '../../../../src/lib/source/text-position.ts'
import { fault, readSchema } from '../../../../src/lib/schema/check-schema.ts'
import type { SchemaRules } from '../../../../src/lib/schema/check-schema.ts'
import { readYaml } from '../../../../src/lib/source/read-yaml.ts'
import { codesOf, valueOf } from '../../../build/request.ts'

const SCHEMA = z.strictObject({
  name: z.string(),
  count: z.int().min(2).max(8).multipleOf(2).optional(),
  kind: z.enum(['small', 'large']).optional(),
  tags: z.array(z.string()).max(2).optional(),
  inner: z.strictObject({ deep: z.strictObject({ value: z.boolean() }).optional() }).optional(),
  map: z
    .record(z.string().regex(/^[a-z]+$/, 'keys are lower-case'), z.strictObject({ a: z.number() }))
    .optional(),
  duration: z.string().optional(),
  even: z
    .string()
    .superRefine((text, context) => {
      if (text.length % 2 === 1)
        context.addIssue(fault({ message: 'odd', code: 'REQUEST_DURATION', hint: 'add a letter' }))
    })
    .transform(text => text.length)
    .optional(),
})

const RULES: SchemaRules = { isRequest: true }

function read(text: string, rules = RULES) {
  return readSchema(SCHEMA, valueOf(readYaml(sourceText('a.yaml', text))), rules)
}

function first(text: string, rules = RULES) {
  const result = read(text, rules)
  return result.ok ? null : result.problems[0]
}

describe('a schema', () => {
  test('a schema returns the value as it transforms it', () => {
    expect(valueOf(read('name: a\neven: abcd\n'))).toEqual({ name: 'a', even: 4 })
  })

  test('a schema reports every fault at its exact value or key, in the order of the file', () => {
    const text = [
      'nam: a',
      'count: 3',
      'kind: lrage',
      'tags: [a, 1]',
      'inner:',
      '  deep: {valeu: true}',
      'map: {A: {a: 1}, b: {a: x}}',
      'even: abc',
    ].join('\n')
    expect(codesOf(read(text))).toEqual([
      'FILE_FIELD_REQUIRED 1:1',
      'FILE_FIELD_UNKNOWN 1:1',
      'FILE_FIELD_VALUE 2:8',
      'FILE_FIELD_VALUE 3:7',
      'FILE_FIELD_TYPE 4:11',
      'FILE_FIELD_REQUIRED 6:3',
      'FILE_FIELD_UNKNOWN 6:10',
      'FILE_FIELD_VALUE 7:7',
      'FILE_FIELD_TYPE 7:25',
      'REQUEST_DURATION 8:7',
    ])
  })

  test.each([
    ['nam: a\nname: b', 'the file has no field "nam"', 'did you mean "name"?'],
    [
      'name: a\ninner: {deep: {worth: 1, value: true}}',
      'inner.deep has no field "worth"',
      'fields here: value',
    ],
    ['name: a\nmap: {b: {a: 1, c: 2}}', 'map.b has no field "c"', 'did you mean "a"?'],
    ['{}', 'the file needs the field "name"', null],
    ['name: 1', 'name must be text, got a number', 'put it in quotes: "1"'],
    ['name: 007', 'name must be text, got a number', 'put it in quotes: "007"'],
    ['name: a\nduration: 24', 'duration must be text, got a number', 'write 24h'],
    ['name: a\nduration: 0', 'duration must be text, got a number', 'write for example 24h'],
    [
      'name: a\ninner: {deep: {value: yes}}',
      'inner.deep.value must be true or false, got text',
      'write true',
    ],
    [
      'name: a\ninner: {deep: {value: "false"}}',
      'inner.deep.value must be true or false, got text',
      'write false',
    ],
    ['name: a\ncount: "2"', 'count must be a number, got text', 'leave out the quotes: 2'],
    ['name: true', 'name must be text, got true or false', 'put it in quotes: "true"'],
    ['name:', 'name must be text, got nothing', 'give a value, or leave the field out'],
    ['name: [a]', 'name must be text, got a list', null],
    ['name: a\ntags: b', 'tags must be a list, got text', 'write it as a list: [b]'],
    [
      'name: a\ntags:\n  b\n  c',
      'tags must be a list, got text',
      'begin each line of the list with "- ": "- b"',
    ],
    [
      'name: a\ntags: {b: c}',
      'tags must be a list, got a mapping',
      'begin each item with "- ": "- b: …"',
    ],
    [
      'name: a\ninner:\ndeep: {value: true}',
      'inner must be a mapping, got nothing',
      'give a value, or leave the field out',
    ],
    ['name: a\ninner: []', 'inner must be a mapping, got a list', null],
    ['name: a\ncount: 2.5', 'count must be a whole number, got a number', null],
    [
      'name: a\ncount: FILL-IN',
      'count must be a number (got FILL-IN)',
      'replace FILL-IN by the value',
    ],
    ['name: a\ncount: 3', 'count must be a multiple of 2', null],
    ['name: a\ncount: 0', 'count must be at least 2', null],
    ['name: a\ncount: 10', 'count must be at most 8', null],
    ['name: a\ntags: [a, b, c]', 'tags must have at most 2 entries', null],
    ['name: a\nkind: lagre', '"lagre" is not a value of kind', 'did you mean "large"?'],
    ['name: a\nkind: 7', '"7" is not a value of kind', 'it takes small, large'],
    ['name: a\nmap: {A: {a: 1}}', 'keys are lower-case', null],
    ['name: a\neven: abc', 'odd', 'add a letter'],
    ['- a', 'the file must be a mapping, got a list', null],
  ])('the problem of %j is: %s', (text, message, hint) => {
    expect(first(text)).toMatchObject({ message, hint })
  })

  test('a field that is indented too little is reported with the member that it belongs to', () => {
    const schema = z.strictObject({
      one: z.strictObject({ deep: z.string() }),
      many: z.array(z.strictObject({ role: z.string(), places: z.string() })),
    })
    const text = 'one: {deep: a}\ndeep: b\nmany:\n- role: a\nplaces: b\n'
    const read = readSchema(schema, valueOf(readYaml(sourceText('a.yaml', text))), RULES)
    const unknown = read.ok ? [] : read.problems.filter(({ code }) => code === 'FILE_FIELD_UNKNOWN')
    expect(unknown.map(({ at, hint }) => `${at?.line} ${hint}`)).toEqual([
      '2 indent it further to make it a part of one',
      '5 indent it further to make it a part of many[0]',
    ])
  })

  test.each([
    ['a value', z.string()],
    ['one of several', z.enum(['small', 'large'])],
    ['the only possible value', z.literal('v1')],
  ])('a missing field that takes %s is reported', (_, member) => {
    const tree = valueOf(readYaml(sourceText('a.yaml', 'inner: {}\n')))
    const schema = z.strictObject({ inner: z.strictObject({ must: member }) })
    const read = readSchema(schema, tree, RULES)
    expect(codesOf(read)).toEqual(['FILE_FIELD_REQUIRED 1:1'])
    expect(read.ok ? null : read.problems[0]?.message).toBe('inner needs the field "must"')
  })

  test('only in a request file, the problem of a shared member keeps the code of requests', () => {
    expect(codesOf(read('name: a\neven: a'))).toEqual(['REQUEST_DURATION 2:7'])
    expect(codesOf(read('name: a\neven: a', {}))).toEqual(['FILE_FIELD_VALUE 2:7'])
  })

  test('the given function explains unknown fields', () => {
    const unknownField: SchemaRules['unknownField'] = (path, field) =>
      field === 'size' && path.length === 0
        ? { code: 'FILE_KIND', message: 'no sizes here', hint: null }
        : null
    const problem = first('name: a\nsize: 1', { isRequest: true, unknownField })
    expect(problem).toMatchObject({ code: 'FILE_KIND', at: { line: 2, column: 1, length: 4 } })
  })
})
