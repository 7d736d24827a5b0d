// node --import ./scripts/typescript.mjs test/build/reader/record.ts PAGE: follows a page, and writes what the commands print into it
// where it shows something else, by the compiled countersign (scripts/compile.mjs). Read the difference: a wrong command is recorded too.
import { readFileSync, writeFileSync } from 'node:fs'
import { readyBinaries } from '../../control-plane/binaries.mjs'
import { pageOf } from './page-steps.ts'
import { follow } from './read-page.ts'
import type { Followed } from './read-page.ts'
import { ReaderWorld } from './reader-world.ts'

const [path = ''] = process.argv.slice(2)
const world = await ReaderWorld.open(readyBinaries()?.kubectl ?? null)
const other: Followed[] = []
try {
  await follow(pageOf(path), world, followed => {
    const { step, printed, exitCode } = followed
    process.stdout.write(`$ ${step.text}\n${printed}`)
    if (exitCode !== step.exitCode) process.stdout.write(`!! exit code ${exitCode}\n`)
    if (!followed.isAsShown) other.push(followed)
  })
  const lines = readFileSync(path, 'utf8').split('\n')
  for (const { step, printed } of other.toReversed()) {
    const from = step.line - 1 + step.text.split('\n').length
    const count = (step.printed ?? '').split('\n').length - 1
    lines.splice(from, count, ...printed.trimEnd().split('\n'))
  }
  writeFileSync(path, lines.join('\n'))
} catch (error) {
  process.stderr.write(`${String(error)}\n`)
  process.exitCode = 1
} finally {
  await world.end()
}
