// The files that bootstrap and init need, with those that the repository has.
import { expect, test } from '@jest/globals'
import { withProposed } from '../../../../src/adapters/system/proposed-files.ts'
import { setupFiles, warnOfGaps } from '../../../../src/entry/bootstrap/setup-files.ts'
import type { Setup } from '../../../../src/domain/request/initial-setup.ts'
import { encodePem } from '../../../../src/lib/x509/pem.ts'
import { certificate } from '../../lib/x509/build.ts'

const SETUP: Setup = {
  owner: 'acme-certs',
  repository: 'acme/certs',
  forge: null,
  repositoryId: null,
  defaultBranch: 'main',
  cluster: { name: 'prod', server: null, serverCa: null, provider: 'auto', clientCa: null },
  isPull: false,
  isPublic: false,
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

const CA = encodePem('CERTIFICATE', certificate())
const CLUSTER = { name: 'lab', server: 'https://lab', serverCa: CA, provider: 'other' } as const
const LAB = { ...SETUP, cluster: { ...CLUSTER, clientCa: CA } }
const WORKFLOW = '.github/workflows/countersign.yml'
/** The files for one more cluster of a repository that is set up for prod. */
const extended = async (
  edit: (text: string) => string,
  workflow?: string,
  cluster = LAB.cluster,
) => {
  const prod = { ...CLUSTER, name: 'prod', server: 'https://prod', clientCa: null }
  const first = { ...SETUP, cluster: prod, owners: [{ login: 'owner', id: 1 }] }
  const context = { options: { config } } as never
  const { texts } = await setupFiles(context, NO_FILES, first, 'countersign')
  const there = new Map([...texts, [config, edit(texts.get(config) ?? '')]])
  if (workflow !== undefined) there.set(WORKFLOW, workflow)
  const files = withProposed(NO_FILES, there)
  const made = await setupFiles(context, files, { ...LAB, cluster }, 'countersign', true)
  return { ...made, there }
}

const saidOf = (made: Parameters<typeof warnOfGaps>[1], setup: Setup): readonly string[] => {
  const said: string[] = []
  const context = { options: { config }, terminal: { talk: (text: string) => said.push(text) } }
  warnOfGaps(context as never, made, setup)
  return said
}

test('a further cluster is a new entry of the configuration and a new line of the workflow', async () => {
  const { changed, texts, there, missing } = await extended(text => text)
  expect([missing, [...changed.keys()]]).toEqual([[], [config, WORKFLOW]])
  for (const [path, before] of changed) expect(before).toBe(there.get(path))
  const [configuration, workflow] = [config, WORKFLOW].map(path => texts.get(path) ?? '')
  expect(configuration).toContain('\n  lab:\n    provider: other\n    server: https://lab\n')
  expect(configuration).toContain('    auth: {kubeconfig: {secretEnv: KUBECONFIG_LAB}}\n')
  expect(workflow).toContain(
    '        KUBECONFIG_PROD: ${{ secrets.KUBECONFIG_PROD }}\n        KUBECONFIG_LAB: ${{ secrets.KUBECONFIG_LAB }}\n',
  )
})

test('a workflow without a secret of another cluster stays as it is, and a warning names the missing line', async () => {
  const made = await extended(text => text, 'on:\n')
  expect([...made.changed.keys()]).toEqual([config])
  expect(saidOf(made, LAB)).toEqual([
    `warning: ${WORKFLOW} does not pass KUBECONFIG_LAB, so its runs have no login to lab. Add KUBECONFIG_LAB: \${{ secrets.KUBECONFIG_LAB }} to the env of the step that applies`,
  ])
})

test('a workflow that gets the line of the cluster needs no warning, nor does pull mode', async () => {
  expect(saidOf(await extended(text => text), LAB)).toEqual([])
  const { texts } = await setupFiles(
    { options: { config } } as never,
    NO_FILES,
    { ...LAB, isPull: true },
    'countersign',
  )
  const files = withProposed(NO_FILES, texts)
  const pull = { ...LAB, isPull: true }
  const made = await setupFiles({ options: { config } } as never, files, pull, 'countersign')
  expect(saidOf(made, LAB)).toEqual([])
})

test.each([
  [
    'clusters in braces get no further one',
    (text: string) => text.replace(/^clusters:\n[^]*?(?=^defaults)/m, 'clusters: {prod: {}}\n'),
    'https://lab',
    'CONFIG_CLUSTER_UNKNOWN',
  ],
  [
    'a cluster is not added a second time under another name',
    (text: string) => text,
    'https://prod',
    'RUN_USAGE',
  ],
])('%s', async (_, edit, server, code) => {
  await expect(
    extended(edit, undefined, { ...LAB.cluster, server } as never),
  ).rejects.toMatchObject({
    problem: { code },
  })
})

test.each([
  ['a new configuration without the CA of the signer is warned of once', [config], null, 1],
  ['a new configuration with the CA of the signer needs no warning', [config], 'PEM', 0],
  ['an existing configuration is not warned of', [], null, 0],
])('%s', (_title, missing, clientCa, count) => {
  const made = { missing, changed: new Map(), unpassed: [] }
  const said = saidOf(made, { ...SETUP, cluster: { ...SETUP.cluster, clientCa } })
  expect(said).toHaveLength(count)
  for (const text of said)
    expect(text).toMatch(
      /^warning: .*clusters\.prod\.signers\."kubernetes\.io\/kube-apiserver-client"\.certificateAuthorityData: kubectl get configmap /,
    )
})
