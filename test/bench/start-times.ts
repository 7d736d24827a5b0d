// The start times of dist, which npm run bench:start measures (start.ts).
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { StartRow } from './report.ts'

export function measureStart(): readonly StartRow[] {
  const hooks = join(import.meta.dirname, '../../scripts/typescript.mjs')
  const args = ['--import', hooks, join(import.meta.dirname, 'start.ts'), '--json']
  const output = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(output) as readonly StartRow[]
}
