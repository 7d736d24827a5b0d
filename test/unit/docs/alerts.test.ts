// The example of alerts: each metric and each outcome in it is one that the controller shows. promtool runs their own tests where it is
// installed.
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { ControllerMetrics } from '../../../src/adapters/controller/controller-metrics.ts'
import { ROOT, textOf } from '../../build/documents.ts'

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[]
  }[]
}

const FOLDER = join(ROOT, 'examples/prometheus')
const hasPromtool = spawnSync('promtool', ['--version']).status === 0
const { groups } = parse(textOf('examples/prometheus/alerts.yaml')) as Rules
const rules = groups.flatMap(group => group.rules)

test.each(rules.map(({ alert, expr }) => [alert, expr] as const))(
  'the alert %s asks for metrics that the controller shows',
  async (_alert, expr) => {
    const { body } = await new ControllerMetrics().text(new Date(0))
    const shown = [...body.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name)
    const asked = expr.match(/\b(?:countersign|x509)_\w+/g) ?? []
    expect(asked.length).toBeGreaterThan(0)
    for (const name of asked) expect(shown).toContain(name)
  },
)

const testPromtool = hasPromtool ? test : test.skip
testPromtool('promtool finds the alerts as their tests say', () => {
  const run = (...args: readonly string[]): string =>
    execFileSync('promtool', args, { cwd: FOLDER, encoding: 'utf8' })
  expect(run('check', 'rules', 'alerts.yaml')).toContain(`SUCCESS: ${rules.length} rules found`)
  expect(run('test', 'rules', 'alerts.test.yaml')).toContain('SUCCESS')
})
