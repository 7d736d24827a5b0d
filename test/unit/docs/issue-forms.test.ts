// The forms for issues and the template for pull requests: valid by GitHub's syntax for issue forms, with links that exist.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'
import { ROOT, textOf } from '../../build/documents.ts'

const FOLDER = '.github/ISSUE_TEMPLATE'
const text = z.string().min(1)
const id = z
  .string()
  .regex(/^[\w-]+$/)
  .optional()
const named = { label: text, description: text.optional() }
const validations = z.strictObject({ required: z.boolean() }).optional()

/** One field of a form, by GitHub's documentation of the syntax of forms. */
const ELEMENT = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('markdown'), attributes: z.strictObject({ value: text }) }),
  z.strictObject({
    type: z.literal('input'),
    id,
    attributes: z.strictObject({
      ...named,
      placeholder: text.optional(),
      value: text.optional(),
    }),
    validations,
  }),
  z.strictObject({
    type: z.literal('textarea'),
    id,
    attributes: z.strictObject({
      ...named,
      placeholder: text.optional(),
      value: text.optional(),
      render: text.optional(),
    }),
    validations,
  }),
  z.strictObject({
    type: z.literal('dropdown'),
    id,
    attributes: z.strictObject({
      ...named,
      multiple: z.boolean().optional(),
      options: z.array(text).min(1),
      default: z.int().min(0).optional(),
    }),
    validations,
  }),
  z.strictObject({
    type: z.literal('checkboxes'),
    id,
    attributes: z.strictObject({
      ...named,
      options: z.array(z.strictObject({ label: text, required: z.boolean().optional() })).min(1),
    }),
  }),
])
const FORM = z.strictObject({
  name: text,
  description: text,
  title: text.optional(),
  labels: z.array(text).optional(),
  body: z.array(ELEMENT).min(1),
})
const CHOOSER = z.strictObject({
  blank_issues_enabled: z.boolean(),
  contact_links: z.array(z.strictObject({ name: text, url: z.url(), about: text })),
})
const forms = readdirSync(join(ROOT, FOLDER)).filter(name => name !== 'config.yml')

test('there is a form for faults and one for ideas', () => {
  expect(forms.toSorted()).toEqual(['fault.yml', 'idea.yml'])
})

describe.each(forms)('the form %s', name => {
  const form = FORM.parse(parse(textOf(`${FOLDER}/${name}`)))

  test(`the form ${name} has different ids, labels and options`, () => {
    for (const values of [
      form.body.flatMap(each => ('id' in each ? [each.id] : [])),
      form.body.flatMap(({ attributes }) => ('label' in attributes ? [attributes.label] : [])),
    ])
      expect(new Set(values).size).toBe(values.length)
    for (const { type, attributes } of form.body) {
      if (type !== 'dropdown') continue
      expect(new Set(attributes.options).size).toBe(attributes.options.length)
      // GitHub reserves this option for fields that are not required.
      expect(attributes.options).not.toContain('None')
    }
  })

  test(`the form ${name} requires at least one answer`, () => {
    expect(form.body.some(each => 'validations' in each && each.validations?.required)).toBe(true)
  })
})

test('the list of forms sends reports of weaknesses to the security policy, not to an issue', () => {
  const chooser = CHOOSER.parse(parse(textOf(`${FOLDER}/config.yml`)))
  expect(chooser.blank_issues_enabled).toBe(false)
  expect(chooser.contact_links).toEqual([
    expect.objectContaining({
      url: 'https://github.com/countersign/countersign/security/policy',
      about: expect.stringContaining('SECURITY.md'),
    }),
  ])
  expect(existsSync(join(ROOT, 'SECURITY.md'))).toBe(true)
})

test('the template for pull requests names commands of package.json only', () => {
  const { scripts } = parse(textOf('package.json'))
  const commands = [
    ...textOf('.github/pull_request_template.md').matchAll(/`npm (?:run )?([\w:]+)`/g),
  ].map(([, command = '']) => command)
  expect(commands.length).toBeGreaterThan(2)
  for (const command of commands) expect(Object.keys(scripts)).toContain(command)
})
