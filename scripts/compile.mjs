// Compiles src/ to build/ for the other scripts. As in jest, swc strips the types; `npm run types` checks them, and scripts/bundle.mjs
// builds dist/ with tsc.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { transformSync } from '@swc/core'
import { rolldown } from 'rolldown'
import { swcOptions } from './native-jest/swc-options.cjs'
import { ROOT } from './run.mjs'

/** As in tests, with `.ts` in imports rewritten to `.js`. @param {string} filename */
function options(filename) {
  const { jsc, ...rest } = swcOptions(filename)
  return { ...rest, jsc: { ...jsc, rewriteRelativeImportExtensions: true } }
}

/** Replaces build/ with the modules of src/. Throws an error with the place of the first syntax error. */
export function compile() {
  const from = join(ROOT, 'src')
  const to = join(ROOT, 'build')
  rmSync(to, { recursive: true, force: true })
  const files = readdirSync(from, { recursive: true, encoding: 'utf8' })
  for (const file of files.filter(name => name.endsWith('.ts'))) {
    const text = readFileSync(join(from, file), 'utf8')
    const { code } = transformSync(text, options(join(from, file)))
    const target = join(to, file.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, code)
  }
}

/**
 * Replaces build/ with bundles of the entry points cli.js and action.js, for tests that run countersign: a process starts in half of
 * the CPU time that single modules need. Throws an error with the place of the first syntax error.
 */
export async function compileEntries() {
  const dir = join(ROOT, 'build')
  rmSync(dir, { recursive: true, force: true })
  const input = { cli: join(ROOT, 'src/cli.ts'), action: join(ROOT, 'src/action.ts') }
  const bundle = await rolldown({ input, platform: 'node', logLevel: 'silent' })
  await bundle.write({ dir, format: 'esm', entryFileNames: '[name].js', sourcemap: false })
  await bundle.close()
}
