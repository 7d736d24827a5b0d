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
  /** States whose files cannot be read. */
  readonly broken?: readonly string[]
}

/** What became of it, under which state each change was judged, and from where a rename may have brought it. */
function trust(
  history: readonly ConfigurationState[],
  { trusted = { config: '1' }, unproved = [], broken = [] }: Case = {},
) {
  const judged: string[] = []
  const renamed: string[] = []
  const answer = trustConfiguration(
    history,
    digestOf(trusted),
    WORKFLOW,
    ({ commit }) => !broken.includes(commit),
    ({ path, blob, landing }, under, background) => {
      for (const from of background?.renamedFrom ?? [])
        renamed.push(`${landing.commit} ${path} from ${from.path}=${from.blob}`)
      judged.push(`${landing.commit} ${path}=${blob ?? '-'} under ${under.commit}`)
      return unproved.includes(`${landing.commit} ${path}`)
        ? refuse(problem(`${landing.commit} ${path}`))
        : ok({ warnings: [problem(`remark ${landing.commit}`)] })
    },
  )
  return { answer, judged, renamed }
}

const messages = ({ answer }: ReturnType<typeof trust>): readonly string[] =>
  answer.ok ? [] : answer.problems.slice(1).map(each => each.message)

describe('the digest of a configuration', () => {
  test('is of its files in order, whatever order they are told in', () => {
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

  test('leaves out the lock file of actions, which a tool writes', () => {
    const files = { 'countersign.yaml': '1', '.github/workflows/actions.lock': '2' }
    expect(digestOf(files)).toBe(digestOf({ 'countersign.yaml': '1' }))
  })

  test('is SHA-256 of lines of blob and path', () => {
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
  ])('is another with %s', (_, files) => {
    expect(digestOf(files)).not.toBe(digestOf({ config: '1' }))
  })

  test('tells a file whose name breaks the line from the two it looks like', () => {
    const two = { 'policies/a.yaml': 'a1', 'policies/b.yaml': 'b1' }
    const one = { 'policies/a.yaml\nb1 policies/b.yaml': 'a1' }
    expect(digestOf(one)).not.toBe(digestOf(two))
  })
})

test('configuration is what decides, who approves, and what hides changes', () => {
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

describe('trust begins', () => {
  const history = states('s0: config=0', 's1: config=1', 's2: config=2', 's3: config=1')
  const since = (files: Readonly<Record<string, string>>) =>
    statesSince(history, digestOf(files), WORKFLOW)?.map(({ commit }) => commit) ?? null

  test('at the oldest state with the digest', () => {
    expect(since({ config: '1' })).toEqual(['s1', 's2', 's3'])
  })

  test('nowhere without one', () => {
    expect(since({ config: '9' })).toBeNull()
  })

  test('whatever workflow file stands there, which holds the digest', () => {
    const with2 = states('s0: config=0', `s1: config=1 ${WORKFLOW}=w`)
    expect(statesSince(with2, digestOf({ config: '1' }), WORKFLOW)?.[0].commit).toBe('s1')
    expect(statesSince(with2, digestOf({ config: '1' }), null)).toBeNull()
  })
})

describe('the changes since', () => {
  test('are told path by path, with what stood there before', () => {
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

describe('a configuration is trusted', () => {
  test('that has the digest', () => {
    expect(trust(states('s0: config=0', 's1: config=1'))).toEqual({
      answer: ok({ anchor: 's1', oldRule: null, warnings: [] }),
      judged: [],
      renamed: [],
    })
  })

  test('that an approved change made of it, with the remarks of that', () => {
    const { answer, judged } = trust(states('s1: config=1', 's2: config=2'))
    expect(judged).toEqual(['s2 config=2 under s1'])
    expect(answer).toEqual(ok({ anchor: 's1', oldRule: null, warnings: [problem('remark s2')] }))
  })

  test('by those whom the one before it names', () => {
    const { judged } = trust(states('s1: config=1', 's2: config=2', 's3: config=3'))
    expect(judged).toEqual(['s2 config=2 under s1', 's3 config=3 under s2'])
  })

  test('where an unapproved change was taken back by an approved one, under who was trusted before it', () => {
    const { answer, judged } = trust(states('s1: config=1', 's2: config=2', 's3: config=1'), {
      unproved: ['s2 config'],
    })
    expect(answer.ok).toBe(true)
    expect(judged).toEqual(['s2 config=2 under s1', 's3 config=1 under s1'])
  })

  test('where an approved change broke it and another mended it, under who could be read', () => {
    const { answer, judged } = trust(states('s1: config=1', 's2: config=2', 's3: config=3'), {
      broken: ['s2'],
    })
    expect(answer.ok).toBe(true)
    expect(judged).toEqual(['s2 config=2 under s1', 's3 config=3 under s1'])
  })

  test('with its workflow, each change of which must be approved', () => {
    const history = states(`s1: config=1 ${WORKFLOW}=a`, `s2: config=1 ${WORKFLOW}=b`)
    expect(trust(history).judged).toEqual([`s2 ${WORKFLOW}=b under s1`])
    expect(trust(history, { unproved: [`s2 ${WORKFLOW}`] }).answer.ok).toBe(false)
  })
})

describe('a rename of a configuration file may bring what was proved', () => {
  const start = 's1: config=1 policies/a=p policies/b=q'
  const trusted = { config: '1', 'policies/a': 'p', 'policies/b': 'q' }

  test('under the path that is gone with the same change, not under one that only changed', () => {
    const history = states(start, 's2: config=1 policies/b=r policies/c=p')
    expect(trust(history, { trusted }).renamed).toEqual([
      's2 policies/a from policies/a=p',
      's2 policies/b from policies/a=p',
      's2 policies/c from policies/a=p',
    ])
  })

  test('not where that path changed before without approval', () => {
    const history = states(
      start,
      's2: config=1 policies/a=x policies/b=q',
      's3: config=1 policies/b=q policies/c=x',
    )
    expect(trust(history, { trusted, unproved: ['s2 policies/a'] }).renamed).toEqual([])
  })
})

describe('a configuration is not trusted', () => {
  test('without an approval of its change', () => {
    const each = trust(states('s1: config=1', 's2: config=2'), { unproved: ['s2 config'] })
    expect(each.answer).toMatchObject({
      ok: false,
      problems: [{ code: 'APPROVAL_NO_TRUST_ROOT' }, { message: 's2 config' }],
    })
  })

  test('where it went back to the trusted bytes unapproved', () => {
    const each = trust(states('s1: config=1', 's2: config=2', 's3: config=1'), {
      unproved: ['s3 config'],
    })
    expect(messages(each)).toEqual(['s3 config'])
  })

  test('where another file was approved later', () => {
    const each = trust(
      states('s1: config=1', 's2: config=1 policies/a=p', 's3: config=2 policies/a=p'),
      { unproved: ['s2 policies/a'] },
    )
    expect(messages(each)).toEqual(['s2 policies/a'])
    expect(new Set(each.judged)).toEqual(
      new Set(['s2 policies/a=p under s1', 's3 config=2 under s1']),
    )
  })

  test('where a file is gone unapproved', () => {
    const each = trust(states('s1: config=1', 's2:'), { unproved: ['s2 config'] })
    expect(messages(each)).toEqual(['s2 config'])
    expect(new Set(each.judged)).toEqual(new Set(['s2 config=- under s1']))
  })

  test('and every unapproved change is told', () => {
    const each = trust(states('s1: config=1', 's2: config=2 policies/a=p'), {
      unproved: ['s2 config', 's2 policies/a'],
    })
    expect(messages(each)).toEqual(['s2 config', 's2 policies/a'])
  })

  test('where no state has the digest; the hint has the digest of the newest', () => {
    const { answer } = trust(states('s0: config=other', 's1: config=0'))
    expect(answer).toMatchObject({
      ok: false,
      problems: [
        {
          code: 'APPROVAL_NO_TRUST_ROOT',
          message: `no commit of the default branch has the configuration that trusted-config names (${digestOf({ config: '1' })})`,
          hint: `if you have read the configuration and trust it, write trusted-config: ${digestOf({ config: '0' })} into the workflow`,
        },
      ],
    })
  })

  test('where there is none', () => {
    expect(trust([]).answer).toMatchObject({
      ok: false,
      problems: [{ hint: 'write the digest of the configuration you trust into the workflow' }],
    })
  })
})
