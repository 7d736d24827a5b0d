// The files that bootstrap and init need, with those that the repository has.
import { expect, test } from '@jest/globals'
import { withProposed } from '../../../../src/adapters/system/proposed-files.ts'
import { setupFiles } from '../../../../src/entry/bootstrap/setup-files.ts'
import type { Setup } from '../../../../src/domain/request/initial-setup.ts'

const SETUP: Setup = {
  owner: 'acme-certs',
  repository: 'acme/certs',
  defaultBranch: 'main',
  cluster: { name: 'prod', server: null, serverCa: null, provider: 'auto', clientCa: null },
  isPull: false,
  owners: [],
}
const NO_FILES = { description: 'no files', read: async () => null, list: async () => null }
const config = 'countersign.yaml'

const withConfiguration = (text: string) =>
  setupFiles(
    { options: { config } } as never,
    withProposed(NO_FILES, new Map([[config, text]])),
    SETUP,
    'countersign',
  )

test.each([
  ['a configuration that is no YAML is reported at its line', 'a: 1\ngarbage: [\n', 'CONFIG_YAML'],
  ['a configuration of another kind is reported as such', 'kind: Other\n', 'CONFIG_KIND'],
  [
    'a configuration that is not filled in and has other clusters lacks this one',
    'clusters:\n  other: {server: FILL-IN}\n',
    'CONFIG_CLUSTER_UNKNOWN',
  ],
])('%s', async (_title, text, code) => {
  await expect(withConfiguration(text)).rejects.toMatchObject({ problem: { code } })
})

test('a configuration that is not filled in and has this cluster is kept', async () => {
  const text = 'clusters:\n  prod: {server: FILL-IN}\n'
  const { texts, different, digest } = await withConfiguration(text)
  expect([texts.get(config), different, digest]).toEqual([text, [config], null])
})
