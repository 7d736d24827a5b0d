import { describe, expect, test } from '@jest/globals'
import { approvalRule } from '../../../../src/lib/schema/approval-rule-schema.ts'
import { sourceText } from '../../../../src/lib/source/text-position.ts'
import { readSchema } from '../../../../src/lib/schema/check-schema.ts'
import { readYaml } from '../../../../src/lib/source/read-yaml.ts'
import { valueOf } from '../../../build/request.ts'

function read(text: string) {
  const tree = valueOf(readYaml(sourceText('a.yaml', text)))
  return readSchema(approvalRule, tree)
}

describe('an approval rule', () => {
  test('an empty approval rule requires one approval of any person', () =>
    expect(valueOf(read('{}'))).toEqual({ required: 1, users: [], teams: [], codeOwners: false }))

  test.each([
    ['users', 'users: [{login: jane, id: 7}, {login: mark, id: 8}, {login: jane-doe, id: 7}]'],
    ['teams', 'teams: [{slug: pki, id: 7}, {slug: ops, id: 8}, {slug: pki, id: 7}]'],
  ])('an approval rule refuses two of its %s with the same id', (_, text) =>
    expect(read(text)).toMatchObject({
      problems: [
        {
          code: 'FILE_FIELD_VALUE',
          at: { line: 1, column: text.lastIndexOf('7') + 1 },
          message: 'the id 7 is given twice',
          hint: 'keep one',
        },
      ],
    }),
  )

  test.each([
    ['users: [{login: -jane, id: 7}]', '"-jane" is not a GitHub login'],
    ['users: [{login: "jane[bot]x", id: 7}]', '"jane[bot]x" is not a GitHub login'],
    ['teams: [{slug: PKI, id: 7}]', '"PKI" is not the slug of a team'],
  ])('an approval rule is refused for %s', (text, message) =>
    expect(read(text)).toMatchObject({ problems: [{ code: 'FILE_FIELD_VALUE', message }] }),
  )

  test('more approvals than the users of the rule can give are refused', () =>
    expect(read('{required: 2, users: [{login: jane, id: 7}]}')).toMatchObject({
      problems: [{ message: 'required is 2 and users names 1: a change could never be approved' }],
    }))
})
