// npm run bench: measures the chosen subjects one after the other, prints the page, and writes it if asked.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { progress } from './bench-cluster.ts'
import { measureDefaultSigner } from './default-signer.ts'
import { measureIssued } from './issued.ts'
import { measureIssuing } from './issue.ts'
import { thisMachine, versions } from './machine.ts'
import { USAGE, readOptions } from './options.ts'
import type { BenchOptions } from './options.ts'
import { performancePage } from './performance-page.ts'
import { measurePlanning } from './plan.ts'
import { measurePullRequests } from './pull-request.ts'
import type { Report } from './report.ts'
import { measureStart } from './start-times.ts'

const ROOT = join(import.meta.dirname, '../..')
const DOCS = join(ROOT, 'docs')

try {
  const options = readOptions(process.argv.slice(2))
  if (options.issue.profileFolder !== null)
    mkdirSync(options.issue.profileFolder, { recursive: true })
  const report = await measure(options)
  const json = `${JSON.stringify(report, null, 2)}\n`
  const notes = readFileSync(join(import.meta.dirname, 'performance-notes.md'), 'utf8')
  const page = performancePage(report, notes)
  process.stdout.write(page)
  if (options.json !== null) writeFileSync(options.json, json)
  if (options.isWritten) {
    const path = join(DOCS, 'performance.json')
    writeFileSync(path, json)
    const prettier = join(ROOT, 'node_modules/prettier/bin/prettier.cjs')
    execFileSync(process.execPath, [prettier, '--write', '--log-level=warn', path], { cwd: ROOT })
    writeFileSync(join(DOCS, 'performance.md'), page)
  }
} catch (error) {
  const isUsage =
    error instanceof TypeError ||
    String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
  progress(
    error instanceof Error
      ? isUsage
        ? `${error.message}\n${USAGE}`
        : (error.stack ?? '')
      : String(error),
  )
  process.exitCode = isUsage ? 2 : 1
}

async function measure(options: BenchOptions): Promise<Report> {
  const { only, issue, signer, plan, issued, pullRequest } = options
  const found = {
    measuredAt: new Date().toISOString(),
    machine: thisMachine(),
    versions: versions(),
  }
  return {
    ...found,
    ...(only.includes('issue') ? { issue: await measureIssuing(issue) } : {}),
    ...(only.includes('default-signer')
      ? { defaultSigner: await measureDefaultSigner(signer) }
      : {}),
    ...(only.includes('plan') ? { plan: await measurePlanning(plan) } : {}),
    ...(only.includes('issued') ? { issued: await measureIssued(issued) } : {}),
    ...(only.includes('pull-request')
      ? { pullRequests: await measurePullRequests(pullRequest) }
      : {}),
    ...(only.includes('start') ? { start: measureStart() } : {}),
  }
}
