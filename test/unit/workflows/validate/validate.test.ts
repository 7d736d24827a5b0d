// What validate reports of the files of a repository, also where no request is affected.
import { describe, expect, test } from '@jest/globals'
import { validateFiles } from '../../../../src/workflows/validate/validate.ts'
import type { RepositoryFiles } from '../../../../src/ports/repository-files.ts'
import { requestFile } from '../../../build/request.ts'
import { configText, policyText, requestText } from '../../../build/request-text.ts'

const CONFIG = configText({ owner: 'acme', namespace: 'apps' })
const POLICY = policyText('apps')
const PLAIN = { 'countersign.yaml': CONFIG, 'policies/everybody.yaml': POLICY }

/** A repository of these files, by path. */
function repository(texts: Readonly<Record<string, string>>): RepositoryFiles {
  const files = Object.entries(texts).map(([path, text]) => requestFile(text, { path }))
  return {
    description: 'the test',
    read: async path => files.find(file => file.path === path) ?? null,
    list: async folder => files.filter(({ path }) => path.startsWith(`${folder}/`)),
  }
}

const validated = (texts: Readonly<Record<string, string>>) =>
  validateFiles(repository(texts), {
    config: 'countersign.yaml',
    folder: null,
    cluster: null,
    fallback: null,
    now: new Date('2030-06-01T00:00:00Z'),
  })
const told = async (texts: Readonly<Record<string, string>>) =>
  (await validated(texts)).problems.map(({ code, at }) => `${at?.file} ${code}`)

test('validate counts every file that it reads', async () => {
  const files = { ...PLAIN, 'requests/jane.yaml': requestText({ name: 'jane' }) }
  expect(await validated(files)).toMatchObject({ problems: [], files: 3 })
})

test('validate reads no file without a configuration', async () => {
  const hint = expect.stringContaining('countersign init --cluster NAME writes a first one')
  expect(await validated({})).toMatchObject({
    problems: [{ code: 'CONFIG_MISSING', hint }],
    files: 0,
  })
})

describe('a broken policy', () => {
  const broken = {
    ...PLAIN,
    'policies/others.yaml': POLICY.replace('opaque: allow', 'opaque: perhaps'),
  }

  test('a broken policy is reported though no request matches it', async () => {
    expect(await told(broken)).toEqual(['policies/others.yaml POLICY_FIELD_VALUE'])
    expect(await validated(broken)).toMatchObject({ files: 3 })
  })

  test('a broken policy is reported once, however many requests it may match', async () => {
    const many = {
      ...broken,
      'policies/everybody.yaml': POLICY.replace('requests/**', 'others/**'),
      'requests/jane.yaml': requestText({ name: 'jane' }),
      'requests/joe.yaml': requestText({ name: 'joe' }),
    }
    expect(await told(many)).toEqual(['policies/others.yaml POLICY_FIELD_VALUE'])
  })

  test('a policy name in two files is reported at both', async () => {
    expect(await told({ ...PLAIN, 'policies/twin.yaml': POLICY })).toEqual([
      'policies/everybody.yaml POLICY_NAME_TWICE',
      'policies/twin.yaml POLICY_NAME_TWICE',
    ])
  })
})

test('a request name in two files is reported at the later one', async () => {
  const jane = requestText({ name: 'jane' })
  const twice = { ...PLAIN, 'requests/jane.yaml': jane, 'requests/people/jane.yaml': jane }
  // Its sink is the default one, and reported there.
  expect(new Set(await told(twice))).toEqual(
    new Set(['requests/people/jane.yaml PLAN_NAME_TWICE', 'countersign.yaml PLAN_NAME_TWICE']),
  )
})
