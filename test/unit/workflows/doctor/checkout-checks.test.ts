// What doctor says about the workflows and the code owners of a checkout: trust in the configuration, and placeholders.
import { describe, expect, test } from '@jest/globals'
import { ok, refuse, unplaced } from '../../../../src/domain/problem.ts'
import { trustedDigest } from '../../../../src/core/approval/configuration-digest.ts'
import type { RepositoryFiles } from '../../../../src/ports/repository-files.ts'
import { actionReference } from '../../../../src/setup/repository/workflow-file.ts'
import { configurationFiles } from '../../../../src/workflows/validate/configuration-files.ts'
import { fileFindings } from '../../../../src/workflows/doctor/checkout-checks.ts'
import type { ProvedSince } from '../../../../src/workflows/doctor/checkout-checks.ts'
import { textOf } from '../../../build/documents.ts'
import { config } from '../../../build/effective.ts'
import { rule } from '../../../build/proof.ts'
import { requestFile } from '../../../build/request.ts'

const FOLDER = '.github/workflows'
const PATH = `${FOLDER}/countersign.yml`
const ZEROS = `sha256:${'0'.repeat(64)}`

function filesOf(texts: Readonly<Record<string, string>>): RepositoryFiles {
  const all = Object.entries(texts).map(([path, text]) => requestFile(text, { path }))
  return {
    description: 'working tree',
    read: async path => all.find(file => file.path === path) ?? null,
    list: async folder => all.filter(file => file.path.startsWith(`${folder}/`)),
  }
}

const CONFIGURATION = { 'countersign.yaml': 'kind: Config\n' }
const digest = trustedDigest(await configurationFiles(filesOf(CONFIGURATION), 'countersign.yaml'))

const NOT_ASKED: ProvedSince = async () => null

async function findings(texts: Readonly<Record<string, string>>, provedSince = NOT_ASKED) {
  const files = filesOf({ ...CONFIGURATION, ...texts })
  const found = await fileFindings(files, config(), provedSince)
  return found.map(({ mark, message, code, paste }) => [mark, message, code, paste])
}

const step = (pin: string, inputs: string): string =>
  `jobs:\n  apply:\n    steps:\n    - uses: countersign/countersign@${pin}\n      with: ${inputs}\n`
const TRUSTED = ['good', `trusted-config in ${PATH} is this configuration`, null, null]

describe('the workflow of init', () => {
  const example = textOf('examples/workflows/countersign.yml')

  test('the workflow of init with the digest of this configuration is in order', async () => {
    expect(await findings({ [PATH]: example.replace(ZEROS, digest) })).toEqual([TRUSTED])
  })

  test('zeros in place of the digest fail, with the line that belongs there', async () => {
    const line = example.split('\n').findIndex(text => text.includes(ZEROS)) + 1
    expect(await findings({ [PATH]: example })).toEqual([
      [
        'bad',
        `${PATH}:${line} does not say which configuration is trusted, so nothing is issued`,
        'APPROVAL_NO_TRUST_ROOT',
        `trusted-config: ${digest}`,
      ],
    ])
  })
})

describe('trusted-config', () => {
  test.each([
    `{trusted-config: ${digest}}`,
    `{command: apply, trusted-config: "${digest}"} # read`,
    `\n        trusted-config: '${digest}' # read`,
  ])('%j is this configuration', async inputs => {
    expect(await findings({ [PATH]: step('v0.1.0', inputs) })).toEqual([TRUSTED])
  })

  test('the trusted configuration is old if approved changes lead to another one on the default branch', async () => {
    const text = step('v0.1.0', `{trusted-config: ${digest}}`)
    const at = async (value: string) => findings({ [PATH]: text }, async () => ok(value))
    expect(await at(digest)).toEqual([TRUSTED])
    expect(await at(`sha256:${'a'.repeat(64)}`)).toEqual([
      [
        'unsure',
        expect.stringContaining('another approved configuration than this checkout'),
        null,
        expect.stringContaining('git pull'),
      ],
    ])
  })

  test.each([
    '{trusted-config: }',
    "{trusted-config: ''}",
    '\n        trusted-config: # later',
    `{trusted-config: ${ZEROS}}`,
  ])('%j is empty, and named with its line', async inputs => {
    const line = inputs.startsWith('\n') ? 6 : 5
    const found = await findings({ [PATH]: step('v0.1.0', inputs) })
    expect(found.map(([mark, message]) => [mark, message])).toEqual([
      ['bad', expect.stringContaining(`${PATH}:${line} does not say`)],
    ])
  })

  test('a workflow that applies without trusted-config fails', async () => {
    expect(await findings({ [PATH]: step('v0.1.0', '{command: apply}') })).toEqual([
      [
        'bad',
        `${PATH} does not say which configuration is trusted, so nothing is issued`,
        'APPROVAL_NO_TRUST_ROOT',
        `with:\n  trusted-config: ${digest}`,
      ],
    ])
  })

  test('a digest in a comment names nothing', async () => {
    const text = `# trusted-config: ${digest}\n${step('v0.1.0', '{command: apply}')}`
    expect(await findings({ [PATH]: text })).toEqual([
      expect.arrayContaining(['bad', 'APPROVAL_NO_TRUST_ROOT']),
    ])
  })

  test('the digest of another configuration is to be looked at', async () => {
    const other = `sha256:${'a'.repeat(64)}`
    const [found] = await findings({ [PATH]: step('v0.1.0', `{trusted-config: ${other}}`) })
    expect(found).toEqual([
      'unsure',
      expect.stringContaining('another configuration'),
      null,
      expect.stringContaining(digest),
    ])
  })

  test('for another configuration doctor prints the command that proves each change since', async () => {
    const other = `sha256:${'a'.repeat(64)}`
    const text = step('v0.1.0', `{trusted-config: ${other}}`)
    const notes = { 'requests/README.md': '', 'requests/people/.gitkeep': '' }
    const request = { 'requests/people/it is.yaml': '' }
    const [found] = await findings({ [PATH]: text, ...notes, ...request })
    expect(found?.[1]).toContain('if a change since was not approved, nothing is issued')
    expect(found?.[3]).toContain(
      `countersign prove 'requests/people/it is.yaml' --trusted-config ${other}\n`,
    )
    const [empty] = await findings({ [PATH]: text, ...notes })
    expect(empty?.[3]).toBe(
      `if this one is the first that was reviewed:\ntrusted-config: ${digest}`,
    )
  })

  test('of another configuration it is said whether each change since was approved', async () => {
    const other = `sha256:${'a'.repeat(64)}`
    const text = { [PATH]: step('v0.1.0', `{trusted-config: ${other}}`) }
    const seen: string[] = []
    const approved = await findings(text, async since => {
      seen.push(since)
      return ok(digest)
    })
    expect(seen).toEqual([other])
    const earlier = 'is an earlier configuration, and by approved changes it leads to this one'
    expect(approved).toEqual([['good', `trusted-config in ${PATH} ${earlier}`, null, null]])
    const refused = unplaced('APPROVAL_NO_TRUST_ROOT', 'nobody approved it', 'see who merged it')
    expect(await findings(text, async () => refuse(refused))).toEqual([
      [
        'bad',
        `trusted-config in ${PATH} is another configuration than this one: nobody approved it`,
        'APPROVAL_NO_TRUST_ROOT',
        'see who merged it',
      ],
    ])
  })

  test('a checkout that differs from the default branch is not called approved', async () => {
    const text = { [PATH]: step('v0.1.0', `{trusted-config: sha256:${'a'.repeat(64)}}`) }
    const [found] = await findings(text, async () => ok(`sha256:${'b'.repeat(64)}`))
    expect(found?.slice(0, 2)).toEqual([
      'unsure',
      expect.stringContaining('another approved configuration'),
    ])
  })

  test('an old checkout is seen also where trusted-config is of a still earlier configuration', async () => {
    const text = { [PATH]: step('v0.1.0', `{trusted-config: sha256:${'a'.repeat(64)}}`) }
    const [found] = await findings(text, async () => ok(`sha256:${'b'.repeat(64)}`))
    expect(found?.[3]).toContain('git pull')
    expect(found?.[3]).not.toContain('trusted-config:')
  })

  test('a workflow that only plans needs none', async () => {
    const text = textOf('examples/workflows/pull-mode.yml')
    expect(await findings({ [PATH]: text })).toEqual([])
  })
})

describe('a placeholder', () => {
  test('a pin of zeros fails in every workflow that uses countersign', async () => {
    const text = step('0'.repeat(40), `{trusted-config: ${digest}}`)
    const others = { [`${FOLDER}/other.yaml`]: text, [`${FOLDER}/notes.txt`]: text }
    expect(await findings({ [PATH]: text, ...others })).toEqual([
      ['bad', `${PATH}:4 pins countersign to zeros`, null, `uses: ${actionReference()}`],
      [
        'bad',
        `${FOLDER}/other.yaml:4 pins countersign to zeros`,
        null,
        `uses: ${actionReference()}`,
      ],
      TRUSTED,
      ['good', `trusted-config in ${FOLDER}/other.yaml is this configuration`, null, null],
    ])
  })

  test('FILL-IN in a workflow fails, unless it is in a comment', async () => {
    const text = `${step('v0.1.0', `{trusted-config: ${digest}}`)}# FILL-IN\n    environment: FILL-IN\n`
    expect(await findings({ [PATH]: text })).toEqual([
      [
        'bad',
        `${PATH}:7 is not filled in: environment: FILL-IN`,
        null,
        'replace FILL-IN by the value',
      ],
      TRUSTED,
    ])
  })

  test('FILL-IN in CODEOWNERS fails once, with the owners of the configuration', async () => {
    const { approval } = config()
    const users = [
      { login: 'owner', id: 1 },
      { login: 'reviewer', id: 3 },
    ]
    const files = filesOf({
      ...CONFIGURATION,
      'docs/CODEOWNERS': '# code\n/policies/ <FILL-IN>\n/.github/ <FILL-IN>\n',
    })
    const asked = config({ approval: { ...approval, configuration: rule({ users }) } })
    const found = await fileFindings(files, asked, NOT_ASKED)
    expect(found.filter(({ mark }) => mark === 'bad')).toEqual([
      {
        mark: 'bad',
        message: 'docs/CODEOWNERS:2 is not filled in: /policies/ <FILL-IN>',
        code: null,
        paste: 'replace every <FILL-IN> by @owner @reviewer',
      },
    ])
  })

  test('a workflow of others is not looked at', async () => {
    const found = await findings({ [`${FOLDER}/ci.yml`]: 'env: {A: FILL-IN}\n' })
    expect(found).toEqual([
      [
        'unsure',
        `no workflow in ${FOLDER} uses countersign`,
        null,
        `a job that applies has the input\ntrusted-config: ${digest}`,
      ],
    ])
  })
})
