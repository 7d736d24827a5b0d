// Commands in a subfolder of a repository, and in a repository without a configuration.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { opensslRequest } from '../build/openssl-request.ts'
import { configText, policyText, requestText } from '../build/request-text.ts'
import { Workshop } from '../build/workshop.ts'

let workshop: Workshop
beforeAll(() => {
  workshop = new Workshop()
  workshop.write('countersign.yaml', configText({ owner: 'acme', namespace: 'apps' }))
  workshop.write('policies/everybody.yaml', policyText('apps'))
  workshop.write('requests/people/jane.yaml', requestText({ name: 'jane' }))
  workshop.write('requests/people/joe.yaml', requestText({ name: 'joe' }))
  workshop.commit()
})
afterAll(() => workshop.end())

const below = (folder: string, words: readonly string[], stdin = '') =>
  workshop.run(words, { folder, stdin })

describe('in a subfolder', () => {
  test.each([
    ['validate', 'OK: 2 requests, 1 policy, 1 configuration\n'],
    ['validate .', 'OK: 2 requests, 1 policy, 1 configuration\n'],
    ['validate jane.yaml', 'OK: 1 request, 1 policy, 1 configuration\n'],
    ['validate jane.yaml ../people/joe.yaml', 'OK: 2 requests, 1 policy, 1 configuration\n'],
    ['validate ../../policies', 'OK: 0 requests, 1 policy, 1 configuration\n'],
  ])('%s finds the configuration, and paths are relative to the folder', async (line, text) => {
    const ran = await below('requests/people', line.split(' '))
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, text, ''])
  })

  test('plan --base compares all requests of the repository', async () => {
    const ran = await below('requests/people', ['plan', '--base', 'HEAD'])
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('2 unchanged')])
  })

  test('plan --base of an unknown commit names the default branch, and the command works', async () => {
    const ran = await below('', ['plan', '--base', 'origin/trunk'])
    const [, words = ''] = /countersign (plan --base \S+)$/m.exec(ran.stderr) ?? []
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('origin/trunk')])
    expect((await below('', words.split(' '))).code).toBe(0)
  })

  test('policy explain and inspect take paths relative to the folder', async () => {
    const explained = await below('requests', ['policy', 'explain', 'people/jane.yaml'])
    expect([explained.code, explained.stderr]).toEqual([0, ''])
    const inspected = await below('requests', ['inspect', '../requests/people/jane.yaml'])
    expect(inspected.code).toBe(0)
  })

  test('new writes below the request folder, and its hint works in this folder', async () => {
    const ran = await below('policies', ['new', 'mark'])
    expect(ran.stdout).toContain('wrote ../requests/people/mark.yaml\n')
    expect(ran.stdout).toContain('git add ../requests/people/mark.yaml')
    expect(workshop.read('requests/people/mark.yaml')).toContain('mark')
    workshop.remove('requests/people/mark.yaml')
  })
})

describe('standard input', () => {
  test('validate - judges a request by the rules of the repository', async () => {
    const ran = await below('requests', ['validate', '-'], requestText({ name: 'kim' }))
    expect([ran.code, ran.stdout]).toEqual([0, 'OK: 1 request, 1 policy, 1 configuration\n'])
    const broken = await below('', ['validate', '-', '--format', 'json'], '{')
    expect([broken.code, broken.stdout]).toEqual([1, expect.stringContaining('stdin.json:1')])
  })

  test('import - writes the file of a CSR that is named by its common name', async () => {
    const { pem } = opensslRequest({ subject: '/O=developers/CN=mark' })
    const ran = await below('', ['import', '-'], pem)
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('/mark.yaml\n')])
    const [path = ''] = /requests\S*mark\.yaml/.exec(ran.stdout) ?? []
    expect(workshop.read(path)).toContain('# imported from "stdin.pem"')
    workshop.remove(path)
  })

  test.each([
    ['validate - --format xml', '--format xml is not a format'],
    ['validate --format json', '--format is the format of standard input'],
  ])('%s is refused', async (line, message) => {
    const ran = await below('', line.split(' '))
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(message)])
  })
})

describe('in a repository without a configuration', () => {
  const empty = new Workshop()
  beforeAll(() => {
    empty.write('requests/jane.yaml', requestText({ name: 'jane' }))
    empty.commit()
    mkdirSync(join(empty.folder, 'sub'))
  })
  afterAll(() => empty.end())

  test.each(['validate', 'plan', 'apply --yes', 'status', 'new kim'])(
    '%s is refused with a hint',
    async line => {
      const ran = await empty.run(line.split(' '))
      expect([ran.code, ran.stderr]).toEqual([1, ''])
      expect(ran.stdout).toContain('error: CONFIG_MISSING  there is no countersign.yaml')
      expect(ran.stdout).toContain('If its pull request is open, merge it, then run: git pull')
    },
  )

  test('a path that selects nothing is a problem', async () => {
    workshop.write('notes.md', 'notes')
    const ran = await below('', ['validate', 'notes.md'])
    expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining('error: REQUEST_NONE')])
  })
})
