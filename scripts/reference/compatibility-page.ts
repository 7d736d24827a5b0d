// docs/compatibility.md: the versions of Kubernetes from the last run of `npm run test:versions`.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { HERE } from './error-data.ts'
import { fromTemplate, table } from './template.ts'

const PART = z.object({ passed: z.number(), failed: z.array(z.string()) })
const ROWS = z.array(
  z.object({ version: z.string(), date: z.string(), parts: z.record(z.string(), PART) }),
)

export function compatibilityPage(): string {
  const rows = ROWS.parse(JSON.parse(readFileSync(`${HERE}kubernetes-versions.json`, 'utf8')))
  const parts = [...new Set(rows.flatMap(row => Object.keys(row.parts)))]
  const lines = rows.map(row => [
    row.version.slice(1),
    ...parts.map(part => shown(row.parts[part])),
    row.date,
  ])
  const differences = rows.flatMap(({ version, parts }) => {
    const failed = Object.values(parts).flatMap(part => part.failed)
    if (failed.length === 0) return []
    const tests = failed.map(each => each.replace(/^real kube-apiserver: /, ''))
    return [`- ${version.slice(1)}: ${tests.join('; ')}.`]
  })
  const head = ['version', ...parts, 'run on']
  return fromTemplate('compatibility', {
    versions: table(head, lines),
    differences: differences.join('\n'),
  })
}

function shown(part: z.infer<typeof PART> | undefined): string {
  if (part === undefined) return '-'
  const { passed, failed } = part
  return failed.length === 0 ? String(passed) : `${passed} of ${passed + failed.length}`
}
