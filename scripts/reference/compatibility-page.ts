// docs/compatibility.md: the versions of Kubernetes from the last run of `npm run test:versions`.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { HERE } from './error-data.ts'
import { code, fromTemplate, table } from './template.ts'

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
  const versionsOf = new Map<string, readonly string[]>()
  for (const { version, parts: tried } of rows)
    for (const test of Object.values(tried).flatMap(part => part.failed))
      versionsOf.set(test, [...(versionsOf.get(test) ?? []), version.slice(1)])
  const differences = [...versionsOf].map(
    ([test, versions]) =>
      `- ${code(test.replace(/^real kube-apiserver: /, ''))} (${versions.join(', ')})`,
  )
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
