// The files that bootstrap and init need, with those that the repository has.
import { expect, test } from '@jest/globals'
import { withProposed } from '../../../../src/adapters/system/proposed-files.ts'
import { setupFiles, warnOfSignerCa } from '../../../../src/entry/bootstrap/setup-files.ts'
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
  ['a configuration that is no YAML is reported at its line', 'a: 1\ngarbage: [\n', 'FILE_YAML'],
  ['a configuration of another kind is reported as such', 'kind: Other\n', 'FILE_KIND'],
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

test.each([
  ['a new configuration without the CA of the signer is warned of once', [config], null, 1],
  ['a new configuration with the CA of the signer needs no warning', [config], 'PEM', 0],
  ['an existing configuration is not warned of', [], null, 0],
])('%s', (_title, missing, clientCa, count) => {
  const said: string[] = []
  const context = { options: { config }, terminal: { talk: (text: string) => said.push(text) } }
  warnOfSignerCa(
    context as never,
    { missing },
    { ...SETUP, cluster: { ...SETUP.cluster, clientCa } },
  )
  expect(said).toHaveLength(count)
  for (const text of said)
    expect(text).toMatch(
      /^warning: .*clusters\.prod\.signers\."kubernetes\.io\/kube-apiserver-client"\.certificateAuthorityData: kubectl get configmap /,
    )
})
