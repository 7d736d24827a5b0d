import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { impossible, ON_GITHUB } from '../../../../src/core/sink/sink-capabilities.ts'
import type { Problem } from '../../../../src/domain/problem.ts'
import { hintMarkdown, problemList } from '../../../../src/output/comment/problem-markdown.ts'
import { mark, tableHead, tableRow } from '../../../../src/output/comment/safe-markdown.ts'
import { effective } from '../../../build/effective.ts'
import { runs } from '../../../build/extent.ts'
import { hostileText } from '../../../build/hostile-text.ts'
import { rendered } from '../../../build/rendered.ts'

const NOTHING_THERE = { ...ON_GITHUB, artifacts: false, githubSecrets: false }
const ARTIFACT = { kind: 'artifact', name: 'jane', recipients: [], format: null } as const

function page(hint: string) {
  const problem: Problem = { code: 'SINK_TOKEN', at: null, message: 'no token', hint }
  return rendered(problemList(mark`head`, [problem, problem]).markdown)
}

test('a hint with YAML in a comment keeps its lines and its indentation in a block to copy', () => {
  const { html, unbalanced } = page('give the step its id:\nwith:\n  app-id: 7\n(or a token)')
  expect(html).toContain('its id: <pre>with:\n  app-id: 7</pre> (or a token)')
  expect(html.match(/<li>/g)).toHaveLength(2)
  expect(unbalanced).toEqual([])
})

test('the list of sinks in the hint of SINK_NO_RUNNER is one code span in a comment', () => {
  const sink = ARTIFACT as never
  const hint = impossible(sink, NOTHING_THERE, effective({ name: 'web' }))?.hint ?? ''
  const yaml = '<code>sinks: [{secret: {namespace: …, name: web-tls}}]</code>'
  expect(page(hint).html).toContain(`name a Secret in the request: ${yaml}`)
})

test('a hint with YAML in a cell of a table is a block with its lines and its indentation', () => {
  const cell = hintMarkdown(
    'give the job\npermissions:\n  contents: read\na person needs the scope repo',
  )
  const { html, rows } = rendered(`${tableHead(['next']).markdown}\n${tableRow([cell]).markdown}`)
  expect(rows).toHaveLength(2)
  expect(html).toContain('give the job <pre>permissions:\n  contents: read</pre> a person')
})

test('hostile lines of a hint leave no list and no cell', () => {
  const texts = fc.array(hostileText(), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(texts, lines => {
      const hint = `a\nwith:\n  ${lines.join('\n  ')}\nb`
      const { tags, linked, unbalanced } = page(hint)
      expect(tags.filter(tag => tag === 'li')).toHaveLength(2)
      expect([linked, unbalanced]).toEqual([[], []])
      const cell = `${tableHead(['next']).markdown}\n${tableRow([hintMarkdown(hint)]).markdown}`
      expect(rendered(cell).rows).toHaveLength(2)
      expect(rendered(cell).linked).toEqual([])
    }),
    { numRuns: runs(200, 40) },
  )
})
