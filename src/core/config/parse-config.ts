// Reader of countersign.yaml: a Config, or every problem in the file.
import type { Config } from '../../domain/request/config.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { ok, refuse } from '../../domain/problem.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import { wrongKind } from '../../lib/schema/manifest-kind.ts'
import { readSchema } from '../../lib/schema/check-schema.ts'
import type { Path, YamlTree } from '../../lib/source/located-values.ts'
import { placesBelow } from '../../lib/source/located-values.ts'
import { readYamlFile } from '../../lib/source/read-yaml.ts'
import { privateKeyInBytes } from '../../lib/x509/private-key-in-file.ts'
import { CONFIG_SCHEMA } from './config-schema.ts'

/** Large enough for the CA certificates of many clusters. */
const MAX_BYTES = 524_288

/** Reads the configuration file. If the file contains a private key, only that is reported, and the key is not shown. */
export function parseConfig(file: RequestFile): Checked<Config> {
  const at = { file: file.path, line: 1, column: 1, length: 1, excerpt: null }
  const key = privateKeyInBytes(file.path, file.bytes)
  if (key !== null) return refuse(key)
  if (file.mode !== '100644') {
    const what = file.mode === '040000' ? 'a folder' : 'a link, or executable'
    const message = `the configuration must be a regular file, and ${file.path} is ${what}`
    return refuse({ code: 'CONFIG_MISSING', at, message, hint: null })
  }
  const tree = readYamlFile(file, MAX_BYTES)
  return tree.ok ? readConfigTree(tree.value) : tree
}

function readConfigTree(tree: YamlTree): Checked<Config> {
  const wrong = wrongKind(tree, 'Config', 'the configuration')
  if (wrong !== null) return refuse(wrong)
  const read = readSchema(CONFIG_SCHEMA, tree, { unknownField: identity })
  const { file: path } = tree.source
  return read.ok ? ok({ ...read.value, path, places: placesBelow(tree, []) }) : read
}

const IDENTITY = new Set([
  'commonName',
  'subject',
  'dnsNames',
  'ipAddresses',
  'uris',
  'emailAddresses',
  'request',
])

/** A default identity would give the same name to every request that lacks one. */
function identity(path: Path, field: string): Omit<Problem, 'at'> | null {
  const isDefault = path.length === 3 && path[0] === 'defaults' && path[2] === 'spec'
  if (!isDefault || !IDENTITY.has(field)) return null
  return {
    code: 'CONFIG_DEFAULT_IDENTITY',
    message: `${field} is identity, and identity is never a default`,
    hint: 'set it in each request',
  }
}
