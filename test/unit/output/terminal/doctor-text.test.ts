import { expect, test } from '@jest/globals'
import { bad, good, unsure } from '../../../../src/domain/cluster/finding.ts'
import { doctorText, findingJson } from '../../../../src/output/terminal/doctor-text.ts'
import { plain } from '../../../../src/output/terminal/terminal-colours.ts'

const wrong = {
  area: 'prod',
  ...bad('may not approve', 'apply this:\n- {verbs: [approve]}', 'CLUSTER_FORBIDDEN'),
}
const reads = { area: 'GitHub', ...good('reads') }

test('each finding of doctor is a line, with its remedy below, and the verdict last', () => {
  const findings = [reads, wrong, { area: 'prod', ...unsure('odd \u202e text') }]
  expect(doctorText(findings, plain)).toBe(
    [
      '✓ GitHub       reads',
      '✗ prod         may not approve (CLUSTER_FORBIDDEN)',
      '               apply this:',
      '               - {verbs: [approve]}',
      '! prod         odd \\u{202e} text',
      '',
      '1 to fix, 1 to look at, 1 in order',
    ].join('\n'),
  )
  expect(doctorText([reads], plain)).toContain('everything that countersign relies on is in order')
})

test('the findings of doctor are the same in JSON', () => {
  expect(findingJson(wrong)).toEqual({
    mark: 'wrong',
    area: 'prod',
    message: 'may not approve',
    code: 'CLUSTER_FORBIDDEN',
    paste: 'apply this:\n- {verbs: [approve]}',
  })
})
