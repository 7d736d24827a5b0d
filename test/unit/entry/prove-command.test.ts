// What countersign prove refuses before it asks GitHub or a cluster.
import { expect, test } from '@jest/globals'
import type { Context } from '../../../src/entry/command-context.ts'
import { prove } from '../../../src/entry/commands/prove/prove-command.ts'
import { missingFile } from '../../../src/entry/commands/prove/missing-file.ts'
import type { RepositoryFiles } from '../../../src/ports/repository-files.ts'
import { objectOf } from '../../build/evidence.ts'
import { configText, requestText } from '../../build/request-text.ts'
import { requestFile } from '../../build/request.ts'
import { standIn } from '../../build/stand-in.ts'

test.each([
  ['HEAD~3', "git rev-parse 'HEAD~3' prints it"],
  ['main', 'git rev-parse main prints it'],
  ['3f2c1ab', 'git rev-parse 3f2c1ab prints it'],
])(
  'prove asks nothing about --commit %s, and names the command for its SHA',
  async (commit, hint) => {
    const flags = { commit, evidence: null } as never
    const git = standIn<Context['git']>({ resolve: async () => null })
    await expect(prove(standIn<Context>({ git }), ['jane'], flags)).rejects.toMatchObject({
      problem: {
        code: 'RUN_USAGE',
        message: `--commit takes a SHA of 40 hex digits (got ${commit})`,
        hint,
      },
    })
  },
)

test('the beginning of a SHA that the checkout knows is enough for --commit', async () => {
  const resolved: string[] = []
  const git = standIn<Context['git']>({
    resolve: async given => {
      resolved.push(given)
      return objectOf('3')
    },
  })
  const flags = { commit: '3333333', evidence: null } as never
  // The question after it is for the file of jane, which this context has not.
  const asked = prove(standIn<Context>({ git }), ['jane'], flags)
  await expect(asked).rejects.not.toMatchObject({ problem: { code: 'RUN_USAGE' } })
  expect(resolved).toEqual(['3333333'])
})

test('a tag that looks like the beginning of a SHA is none', async () => {
  const git = standIn<Context['git']>({ resolve: async () => objectOf('4') })
  const flags = { commit: '3333333', evidence: null } as never
  await expect(prove(standIn<Context>({ git }), ['jane'], flags)).rejects.toMatchObject({
    problem: { code: 'RUN_USAGE' },
  })
})

const REQUEST = 'requests/people/jane.yaml'
const TAKES =
  /^prove takes a request, its file, or a certificate: in PEM or DER, or its serial number/

test.each([
  ['a request that is not merged', 'jane', REQUEST, /^its pull request is not merged yet/, ''],
  ['a misspelt name', 'jnae', 'jnae', /^did you mean "jane"\?$/, ''],
  ['another file', '../jane.kubeconfig', '../jane.kubeconfig', TAKES, ''],
  [
    'a removed request',
    'joe',
    'joe',
    /^run: countersign prove requests\/people\/joe.yaml --commit a{40}$/,
    null,
  ],
  ['a removed file', 'gone.yaml', 'gone.yaml', /^add --commit a{40}$/, ': it was removed'],
  [
    'a file that moved',
    'moved.yaml',
    'moved.yaml',
    /^run: countersign prove jane$/,
    `: its request is in ${REQUEST} now`,
  ],
])('prove of %s says what to do', async (_, typed, path, hint, more) => {
  const config = requestFile(configText({ owner: 'acme', namespace: 'apps' }), {
    path: 'countersign.yaml',
  })
  const file = requestFile(requestText({ name: 'jane' }), { path: REQUEST })
  const context = standIn<Context>({
    options: standIn<Context['options']>({ config: 'countersign.yaml', requests: null }),
    files: standIn<RepositoryFiles>({
      read: async at => (at === 'countersign.yaml' ? config : null),
      list: async () => [file],
    }),
    git: standIn<Context['git']>({
      beforeChange: async at =>
        /^gone.yaml$|^moved.yaml$|^requests.people.joe.yaml$/.test(at) ? 'a'.repeat(40) : null,
      tree: async (_commit, at) => (at === 'moved.yaml' ? [{ ...file, path: at }] : []),
      blob: async () => file.bytes,
    }),
  })
  const { problem } = await missingFile(context, typed, path, 'b'.repeat(40))
  expect(problem).toMatchObject({
    code: 'RUN_USAGE',
    message:
      more === null
        ? `requests/people/${typed}.yaml was removed`
        : `there is no file ${path} in bbbbbbb${more}`,
    hint: expect.stringMatching(hint),
  })
})

test.each([
  ['key', '-----BEGIN PRIVATE KEY-----\n', 'jane.key is a private key', TAKES],
  [
    'kubeconfig',
    'apiVersion: v1\nkind: Config\n',
    'jane.kubeconfig is a kubeconfig, and prove takes its certificate',
    /^to see its serial number: countersign inspect jane.kubeconfig$/,
  ],
])('prove of a %s says that it is one', async (kind, text, message, hint) => {
  const path = `jane.${kind}`
  const read = async () => requestFile(text, { path })
  const context = standIn<Context>({ files: standIn<RepositoryFiles>({ read }) })
  const { problem } = await missingFile(context, path, path, 'b'.repeat(40))
  expect(problem).toMatchObject({ message, hint: expect.stringMatching(hint) })
})
