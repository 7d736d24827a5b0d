// The action on a pull request: reads the git objects of the checkout, never the work tree, and applies nothing yet.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { configure, requestText } from '../build/request-text.ts'
import { head, runAction } from '../build/runner.ts'
import { Workshop } from '../build/workshop.ts'

const MINUTE = 60_000

describe('the action, on a pull request', () => {
  const workshop = new Workshop()
  let base = ''
  beforeAll(() => {
    configure(workshop, { owner: 'acme', namespace: 'apps' })
    workshop.write('requests/old.yaml', requestText({ name: 'old' }))
    workshop.write('requests/gone.yaml', requestText({ name: 'gone' }))
    workshop.commit()
    base = head(workshop)
  })
  afterAll(() => workshop.end())

  test(
    'plans what its commit changes against the base',
    async () => {
      workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
      workshop.edit('requests/old.yaml', 'developers', 'releasers')
      workshop.remove('requests/gone.yaml')
      workshop.commit()
      const ran = await runAction(workshop, { name: 'pull_request', head: head(workshop), base })
      expect(ran.code).toBe(0)
      expect(ran.stdout).toContain('compared with the base commit')
      const kinds = ran.result.steps.map((step: any) => [step.name, step.kind])
      expect(kinds).toEqual([
        ['gone', 'withdraw'],
        ['jane', 'issue'],
        ['old', 'reissue'],
      ])
      expect(ran.outputs).toMatch(/issued-count<<(.*)\n2\n/)
    },
    MINUTE,
  )

  test(
    'looks at the commit and not at the work tree',
    async () => {
      workshop.write('requests/jane.yaml', 'kind: [')
      workshop.write('requests/new.yaml', requestText({ name: 'new' }))
      const ran = await runAction(workshop, { name: 'pull_request', head: head(workshop), base })
      expect(ran.code).toBe(0)
      expect(ran.result.steps.map((step: any) => step.name)).not.toContain('new')
    },
    MINUTE,
  )

  test(
    'is judged by the configuration of the base, whatever its own says',
    async () => {
      workshop.remove('requests/new.yaml')
      workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
      workshop.edit('countersign.yaml', 'duration: 24h', 'duration: 8760h')
      workshop.commit()
      const ran = await runAction(workshop, { name: 'pull_request', head: head(workshop), base })
      const jane = ran.result.steps.find((step: any) => step.name === 'jane')
      expect(jane.request.durationSeconds).toBe(86400)
      expect(ran.stdout).toContain(
        'once this change of the configuration or the policies is merged',
      )
      expect(ran.result.effects).toContainEqual(
        expect.objectContaining({
          request: 'test/jane',
          was: 'allowed',
          will: 'allowed',
          changes: [{ member: 'durationSeconds', from: '86400', to: '31536000' }],
        }),
      )
    },
    MINUTE,
  )

  test(
    'annotates every fault at its file and line, and fails',
    async () => {
      workshop.write(
        'requests/jane.yaml',
        requestText({ name: 'jane', more: ['usages: [serverauth]'] }),
      )
      workshop.commit()
      const ran = await runAction(workshop, { name: 'pull_request', head: head(workshop), base })
      expect(ran.code).toBe(1)
      expect(ran.stdout).toMatch(
        /^::error title=REQUEST_USAGE_UNKNOWN,file=requests\/jane.yaml,line=7,col=12::/m,
      )
    },
    MINUTE,
  )

  test(
    'only reports where fail-on is never',
    async () => {
      const ran = await runAction(workshop, {
        name: 'pull_request',
        head: head(workshop),
        base,
        inputs: { 'fail-on': 'never' },
      })
      expect(ran.code).toBe(0)
      expect(ran.outputs).toMatch(/blocked-count<<(.*)\n1\n/)
    },
    MINUTE,
  )

  test(
    'says what to do when the checkout is shallow',
    async () => {
      const ran = await runAction(workshop, {
        name: 'pull_request',
        head: head(workshop),
        base: '0'.repeat(40),
      })
      expect(ran.code).toBe(2)
      expect(ran.stdout).toContain('fetch-depth: 0')
    },
    MINUTE,
  )

  test(
    'does not let the name of a file speak to the runner',
    async () => {
      workshop.write('requests/x\n::set-output name=a::b.yaml', 'kind: [')
      workshop.commit()
      const ran = await runAction(workshop, { name: 'pull_request', head: head(workshop), base })
      expect(ran.code).toBe(1)
      expect(ran.stdout).not.toMatch(/^::set-output/m)
      expect(ran.stdout).toMatch(/^::stop-commands::([0-9a-f-]{36})\n[^]*^::\1::$/m)
    },
    MINUTE,
  )
})

describe('the action, on a push', () => {
  test(
    'applies nothing until it can prove an approval',
    async () => {
      const workshop = new Workshop()
      configure(workshop, { owner: 'acme', namespace: 'apps' })
      workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
      workshop.commit()
      const ran = await runAction(workshop, { name: 'push', head: head(workshop) })
      workshop.end()
      expect(ran.code).toBe(1)
      expect(ran.stdout).toContain('APPROVAL_UNPROVEN')
    },
    MINUTE,
  )

  test(
    'without a configuration nothing is issuable',
    async () => {
      const workshop = new Workshop()
      workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
      workshop.commit()
      const commit = head(workshop)
      const ran = await runAction(workshop, { name: 'pull_request', head: commit, base: commit })
      workshop.end()
      expect(ran.code).toBe(1)
      expect(ran.stdout).toContain('CONFIG_MISSING')
    },
    MINUTE,
  )
})
