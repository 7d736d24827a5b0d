import { describe, expect, test } from '@jest/globals'
import { configurationPlaces } from '../../../../src/core/approval/configuration-places.ts'
import {
  changesIn,
  statesSince,
  trustConfiguration,
} from '../../../../src/core/approval/trust-root.ts'
import { trustedDigest } from '../../../../src/core/approval/configuration-digest.ts'
import type { ConfigurationState } from '../../../../src/core/approval/trust-root.ts'
import { ok, refuse } from '../../../../src/domain/problem.ts'
import type { Problem } from '../../../../src/domain/problem.ts'

const WORKFLOW = '.github/workflows/apply.yaml'

/** `'s1: config=1 policies/a.yaml=x'` */
function states(...said: readonly string[]): readonly ConfigurationState[] {
  const ids = said.map(each => each.split(':')[0] ?? '')
  return said.map((each, index) => {
    const [, files = ''] = each.split(':')
    const entries = files
      .trim()
      .split(' ')
      .filter(word => word !== '')
      .map(word => word.split('='))
    return {
      commit: ids[index] ?? '',
      before: ids[index - 1] ?? null,
      files: new Map(entries.map(([path = '', blob = '']) => [path, blob])),
    }
  })
}

const digestOf = (files: Readonly<Record<string, string>>) =>
  trustedDigest(new Map(Object.entries(files)))
const problem = (message: string): Problem => ({
  code: 'APPROVAL_MISSING',
  at: null,
  message,
  hint: null,
})

interface Case {
  readonly trusted?: Readonly<Record<string, string>>
  /** `commit path` of changes that nobody approved. */
  readonly unproved?: readonly string[]
  /** States with unreadable files. */
  readonly broken?: readonly string[]
}

/** The answer, the state under which each change was judged, and the source of each possible rename. */
function trust(
  history: readonly ConfigurationState[],
  { trusted = { config: '1' }, unproved = [], broken = [] }: Case = {},
) {
  const judged: string[] = []
  const renamed: string[] = []
  const answer = trustConfiguration(history, digestOf(trusted), WORKFLOW, {
    canRule: ({ commit }) => !broken.includes(commit),
    config: 'config',
    prove: ({ path, blob, landing }, { files }, background) => {
      for (const from of background?.renamedFrom ?? [])
        renamed.push(`${landing.commit} ${path} from ${from.path}=${from.blob}`)
      const under = [...files]
        .map(each => each.join('='))
        .toSorted()
        .join(' ')
      judged.push(`${landing.commit} ${path}=${blob ?? '-'} under ${under}`)
      return unproved.includes(`${landing.commit} ${path}`)
        ? refuse(problem(`${landing.commit} ${path}`))
        : ok({ warnings: [problem(`remark ${landing.commit}`)] })
    },
  })
  return { answer, judged, renamed }
}

const messages = ({ answer }: ReturnType<typeof trust>): readonly string[] =>
  answer.ok ? [] : answer.problems.slice(1).map(each => each.message)

describe('the digest of a configuration', () => {
  test('the digest is the same for any order of the files', () => {
    expect(
      trustedDigest(
        new Map([
          ['b', '2'],
          ['a', '1'],
        ]),
      ),
    ).toBe(
      trustedDigest(
        new Map([
          ['a', '1'],
          ['b', '2'],
        ]),
      ),
    )
  })

  test('the digest excludes the lock file of actions, which a tool writes', () => {
    const files = { 'countersign.yaml': '1', '.github/workflows/actions.lock': '2' }
    expect(digestOf(files)).toBe(digestOf({ 'countersign.yaml': '1' }))
  })

  test('the digest is the SHA-256 of lines of blob and path', () => {
    expect(
      trustedDigest(
        new Map([
          ['b', '2'],
          ['a', '1'],
        ]),
      ),
    ).toBe('sha256:6bdf6e37dc327165fa4db779b911b98b6eba38852a9cd4a97cdd6be810a88357')
  })

  test.each([
    ['another blob', { config: '2' }],
    ['another path', { other: '1' }],
    ['one file more', { config: '1', policies: 'p' }],
    ['no file', {}],
  ])('the digest changes with %s', (_, files) => {
    expect(digestOf(files)).not.toBe(digestOf({ config: '1' }))
  })

  test('the digest differs for a file with a line break in its name and the two files it looks like', () => {
    const two = { 'policies/a.yaml': 'a1', 'policies/b.yaml': 'b1' }
    const one = { 'policies/a.yaml\nb1 policies/b.yaml': 'a1' }
    expect(digestOf(one)).not.toBe(digestOf(two))
  })
})

test('configuration includes all files that decide, name approvers, or hide changes', () => {
  const places = [
    'countersign.yaml',
    'policies',
    '.github/CODEOWNERS',
    'CODEOWNERS',
    'docs/CODEOWNERS',
    '.gitattributes',
    '.github/.gitattributes',
    '.github/workflows/.gitattributes',
    'docs/.gitattributes',
    '.github/workflows/actions.lock',
  ]
  expect(configurationPlaces('countersign.yaml', null)).toEqual(places)
  expect(configurationPlaces('countersign.yaml', WORKFLOW)).toEqual([...places, WORKFLOW])
  const deeper = configurationPlaces('infra/countersign.yaml', null)
  expect(deeper).toContain('infra/.gitattributes')
})

describe('the start of trust', () => {
  const history = states('s0: config=0', 's1: config=1', 's2: config=2', 's3: config=1')
  const since = (files: Readonly<Record<string, string>>) =>
    statesSince(history, digestOf(files), WORKFLOW)?.map(({ commit }) => commit) ?? null

  test('trust begins at the oldest state with the digest', () => {
    expect(since({ config: '1' })).toEqual(['s1', 's2', 's3'])
  })

  test('trust does not begin without a state with the digest', () => {
    expect(since({ config: '9' })).toBeNull()
  })

  test('trust begins whatever the workflow file with the digest contains', () => {
    const with2 = states('s0: config=0', `s1: config=1 ${WORKFLOW}=w`)
    expect(statesSince(with2, digestOf({ config: '1' }), WORKFLOW)?.[0].commit).toBe('s1')
    expect(statesSince(with2, digestOf({ config: '1' }), null)).toBeNull()
  })
})

describe('the changes since the start of trust', () => {
  test('the changes are listed path by path, with the commit before each', () => {
    const changes = changesIn(
      states('s1: config=1 old=o', 's2: config=2 old=o new=n', 's3: config=2 new=n'),
    )
    expect(changes).toEqual([
      { path: 'config', blob: '2', landing: { commit: 's2', before: 's1' } },
      { path: 'new', blob: 'n', landing: { commit: 's2', before: 's1' } },
      { path: 'old', blob: null, landing: { commit: 's3', before: 's2' } },
    ])
  })
})

const inForce = (...commits: readonly string[]): readonly unknown[] =>
  commits.map(commit => expect.objectContaining({ commit }))

describe('a trusted configuration', () => {
  test('a configuration with the digest is trusted', () => {
    expect(trust(states('s0: config=0', 's1: config=1'))).toEqual({
      answer: ok({
        digest: expect.any(String),
        anchor: 's1',
        warnings: [],
        inForce: inForce('s1'),
      }),
      judged: [],
      renamed: [],
    })
  })

  test('an approved change of a trusted configuration is trusted, with the warnings of its proof', () => {
    const { answer, judged } = trust(states('s1: config=1', 's2: config=2'))
    expect(judged).toEqual(['s2 config=2 under config=1'])
    expect(answer).toEqual(
      ok({
        digest: expect.any(String),
        anchor: 's1',
        warnings: [problem('remark s2')],
        inForce: inForce('s1', 's2'),
      }),
    )
  })

  test('each change is judged by the approvers of the configuration before it', () => {
    const { judged } = trust(states('s1: config=1', 's2: config=2', 's3: config=3'))
    expect(judged).toEqual(['s2 config=2 under config=1', 's3 config=3 under config=2'])
  })

  test('an approved change that removes an unapproved one is judged by the approvers before both', () => {
    const { answer, judged } = trust(states('s1: config=1', 's2: config=2', 's3: config=1'), {
      unproved: ['s2 config'],
    })
    expect(answer.ok).toBe(true)
    expect(judged).toEqual(['s2 config=2 under config=1', 's3 config=1 under config=1'])
  })

  test('an approved change that repairs a broken configuration is judged by the last readable one', () => {
    const { answer, judged } = trust(states('s1: config=1', 's2: config=2', 's3: config=3'), {
      broken: ['s2'],
    })
    expect(answer.ok).toBe(true)
    expect(judged).toEqual(['s2 config=2 under config=1', 's3 config=3 under config=1'])
  })

  test('each file counts in its newest approved version, also while another file is not approved', () => {
    const all = states(
      's1: config=1',
      's2: config=1 policies/a=1',
      's3: config=2 policies/a=1 policies/b=1',
      's4: config=2 policies/b=1',
    )
    const { answer, judged } = trust(all, { unproved: ['s2 policies/a'] })
    expect(judged).toEqual([
      's2 policies/a=1 under config=1',
      's3 config=2 under config=1',
      's3 policies/b=1 under config=1',
      's4 policies/a=- under config=2 policies/b=1',
    ])
    const files = answer.ok ? answer.value.inForce.map(each => Object.fromEntries(each.files)) : []
    const later = { config: '2', 'policies/b': '1' }
    expect(files).toEqual([{ config: '1' }, { config: '1' }, later, later])
  })

  test('while the configuration file cannot be read, other files count', () => {
    const all = states(
      's1: config=1',
      's2: config=2',
      's3: config=2 owners=1',
      's4: config=3 owners=1',
    )
    const { judged } = trust(all, { broken: ['s2', 's3'] })
    expect(judged.at(-1)).toBe('s4 config=3 under config=1 owners=1')
  })

  test('a file of approvers that is not approved does not say who approves another file', () => {
    const all = states('s1: config=1', 's2: config=2', 's3: config=2 policies/a=1')
    const { judged } = trust(all, { unproved: ['s2 config'] })
    expect(judged).toEqual(['s2 config=2 under config=1', 's3 policies/a=1 under config=1'])
  })

  test('every change of the workflow must be approved', () => {
    const history = states(`s1: config=1 ${WORKFLOW}=a`, `s2: config=1 ${WORKFLOW}=b`)
    expect(trust(history).judged).toEqual([`s2 ${WORKFLOW}=b under ${WORKFLOW}=a config=1`])
    expect(trust(history, { unproved: [`s2 ${WORKFLOW}`] }).answer.ok).toBe(false)
  })
})

describe('a renamed configuration file', () => {
  const start = 's1: config=1 policies/a=p policies/b=q'
  const trusted = { config: '1', 'policies/a': 'p', 'policies/b': 'q' }

  test('a rename is followed from a path that the same change removed, and not from one that only changed', () => {
    const history = states(start, 's2: config=1 policies/b=r policies/c=p')
    expect(trust(history, { trusted }).renamed).toEqual([
      's2 policies/a from policies/a=p',
      's2 policies/b from policies/a=p',
      's2 policies/c from policies/a=p',
    ])
  })

  test('a rename is not followed from a path that changed before without approval', () => {
    const history = states(
      start,
      's2: config=1 policies/a=x policies/b=q',
      's3: config=1 policies/b=q policies/c=x',
    )
    expect(trust(history, { trusted, unproved: ['s2 policies/a'] }).renamed).toEqual([])
  })
})

describe('an untrusted configuration', () => {
  test('a change without an approval is not trusted', () => {
    const each = trust(states('s1: config=1', 's2: config=2'), { unproved: ['s2 config'] })
    expect(each.answer).toMatchObject({
      ok: false,
      problems: [{ code: 'APPROVAL_NO_TRUST_ROOT' }, { message: 's2 config' }],
    })
  })

  test('an unapproved return to the trusted bytes is not trusted', () => {
    const each = trust(states('s1: config=1', 's2: config=2', 's3: config=1'), {
      unproved: ['s3 config'],
    })
    expect(messages(each)).toEqual(['s3 config'])
  })

  test('an unapproved file is not trusted though another file was approved later', () => {
    const each = trust(
      states('s1: config=1', 's2: config=1 policies/a=p', 's3: config=2 policies/a=p'),
      { unproved: ['s2 policies/a'] },
    )
    expect(messages(each)).toEqual(['s2 policies/a'])
    expect(new Set(each.judged)).toEqual(
      new Set(['s2 policies/a=p under config=1', 's3 config=2 under config=1']),
    )
  })

  test('an unapproved removal of a file is not trusted', () => {
    const each = trust(states('s1: config=1', 's2:'), { unproved: ['s2 config'] })
    expect(messages(each)).toEqual(['s2 config'])
    expect(new Set(each.judged)).toEqual(new Set(['s2 config=- under config=1']))
  })

  test('the hint restores the approved version of each named file, and no other', () => {
    const each = trust(
      states('s1: config=1', 's2: config=2 policies/a=p', 's3: config=3 policies/a=p policies/b=q'),
      { unproved: ['s3 config', 's3 policies/b'] },
    )
    expect(each.answer).toMatchObject({
      problems: [
        {
          hint: expect.stringMatching(
            /then make the change in another:\ngit restore --source=\S*s2 -- config\ngit rm -- policies\/b$/,
          ),
        },
        {},
        {},
      ],
    })
  })

  test('every unapproved change is reported', () => {
    const each = trust(states('s1: config=1', 's2: config=2 policies/a=p'), {
      unproved: ['s2 config', 's2 policies/a'],
    })
    expect(messages(each)).toEqual(['s2 config', 's2 policies/a'])
  })

  test('a configuration is not trusted where no state has the digest, and the hint names the newest digest', () => {
    const { answer } = trust(states('s0: config=other', 's1: config=0'))
    expect(answer).toMatchObject({
      ok: false,
      problems: [
        {
          code: 'APPROVAL_NO_TRUST_ROOT',
          message: `no commit of the default branch has the configuration that trusted-config names (${digestOf({ config: '1' })})`,
          hint: `if you have read the configuration and trust it: in the workflow trusted-config: ${digestOf({ config: '0' })}, at a terminal --trusted-config ${digestOf({ config: '0' })}`,
        },
      ],
    })
  })

  test('a shortened digest is refused as such', () => {
    const all = states('s0: config=1')
    const by = { canRule: () => true, config: 'config', prove: () => ok({ warnings: [] }) }
    const answer = trustConfiguration(all, 'sha256:1fe2', WORKFLOW, by)
    const message =
      'trusted-config must be sha256: and all 64 hexadecimal digits (got "sha256:1fe2")'
    expect(answer).toMatchObject({ ok: false, problems: [{ message }] })
  })

  test('a missing configuration is not trusted', () => {
    expect(trust([]).answer).toMatchObject({
      ok: false,
      problems: [{ hint: 'use the digest of the configuration you trust' }],
    })
  })
})
