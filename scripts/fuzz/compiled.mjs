// The compiled readers in build/.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../run.mjs'
import { targetsOf } from './targets.mjs'

const MODULES = [
  'core/request/parse-request',
  'core/config/parse-config',
  'core/policy/parse-policy',
  'workflows/inspect/inspect-file',
  'adapters/system/node-keys',
  'domain/request/secret-value',
  'lib/x509/pkcs10',
  'lib/x509/x509-certificate',
  'lib/x509/x500-name',
  'lib/x509/general-names',
  'lib/x509/public-key',
  'lib/x509/pem',
]

export async function compiledTargets() {
  const loaded = await Promise.all(
    MODULES.map(name => import(pathToFileURL(join(ROOT, 'build', `${name}.js`)).href)),
  )
  return targetsOf(Object.assign({}, ...loaded))
}
