// The readers as compiled into build/.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../run.mjs'
import { targetsOf } from './targets.mjs'

const MODULES = [
  'request/parse',
  'config/parse',
  'policy/parse',
  'flow/inspect-file',
  'adapters/node-keys',
  'domain/secret',
  'x509/pkcs10',
  'x509/certificate',
  'x509/name',
  'x509/san',
  'x509/public-key',
  'x509/pem',
]

export async function compiledTargets() {
  const loaded = await Promise.all(
    MODULES.map(name => import(pathToFileURL(join(ROOT, 'build', `${name}.js`)).href)),
  )
  return targetsOf(Object.assign({}, ...loaded))
}
