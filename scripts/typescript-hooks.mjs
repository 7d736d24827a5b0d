// The hooks that scripts/typescript.mjs registers; Node runs them in their own thread.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { transform } from '@swc/core'
import { swcOptions } from './native-jest/swc-options.cjs'

/** https://nodejs.org/docs/latest-v20.x/api/module.html#loadurl-context-nextload */
export async function load(url, context, nextLoad) {
  if (!/^file:.*\.ts(\?|$)/.test(url)) return nextLoad(url, context)
  const path = fileURLToPath(url)
  const { code } = await transform(await readFile(path, 'utf8'), swcOptions(path))
  return { format: 'module', source: code, shortCircuit: true }
}
