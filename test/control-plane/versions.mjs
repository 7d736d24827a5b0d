// The control plane of another version of Kubernetes, built from the module proxy with the dependencies that this version itself
// names. Takes a version such as v1.34.4, gives a folder that KUBEBUILDER_ASSETS can name.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheFolder, ensureBinaries, kubernetesTargets, NO_GO, VERSION } from './binaries.mjs'
import { buildInto, isExecutable, requireGo } from './go-build.mjs'

const MODULE = 'k8s.io/kubernetes'

/**
 * Builds what is missing (minutes for each version the first time); etcd is that of the other tests.
 * @param {string} version @param {(line: string) => void} say
 * @returns {Promise<string>}
 */
export async function ensureVersion(version, say, env = process.env) {
  const folder = join(cacheFolder(env), 'control-plane', version)
  await requireGo(NO_GO, env)
  const { etcd } = await ensureBinaries(say, { ...env, KUBEBUILDER_ASSETS: '' })
  if (version === VERSION) return dirname(etcd)
  mkdirSync(folder, { recursive: true })
  if (!isExecutable(join(folder, 'etcd'))) copyFileSync(etcd, join(folder, 'etcd'))
  const source = join(folder, 'module')
  writeModule(version, source)
  // The sums of the modules are written while they are fetched; the checksum database of Go vouches for them.
  const flags = { ...env, GOFLAGS: '-mod=mod' }
  await buildInto(folder, kubernetesTargets(version, source), say, flags)
  return folder
}

/** A module with the versions in the go.mod of Kubernetes; the modules in its staging folder have tags of their own. */
function writeModule(version, folder) {
  mkdirSync(folder, { recursive: true })
  const { GoMod } = goJson(['mod', 'download', '-json', `${MODULE}@${version}`], folder)
  const { Go, Require, Replace } = goJson(['mod', 'edit', '-json', GoMod], folder)
  const inStaging = Replace.filter(({ New }) => New.Path.startsWith('./staging/'))
  const staged = new Set(inStaging.map(({ Old }) => Old.Path))
  const tag = version.replace(/^v1\./, 'v0.')
  const requires = Require.map(each =>
    [each.Path, staged.has(each.Path) ? tag : each.Version].join(' '),
  )
  const lines = [`${MODULE} ${version}`, ...requires].map(each => `\t${each}\n`).join('')
  const text = `module countersign.dev/kubernetes\n\ngo ${Go}\n\nrequire (\n${lines})\n`
  writeFileSync(join(folder, 'go.mod'), text)
}

function goJson(args, cwd) {
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off' }
  return JSON.parse(execFileSync('go', args, { cwd, env, encoding: 'utf8' }))
}
