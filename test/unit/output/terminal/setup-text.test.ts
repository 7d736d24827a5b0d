// The plan of bootstrap at a terminal.
import { describe, expect, test } from '@jest/globals'
import type { SetupStep } from '../../../../src/domain/cluster/setup-step.ts'
import { setupText, setupVerdict } from '../../../../src/output/terminal/setup-text.ts'
import { plain } from '../../../../src/output/terminal/terminal-colours.ts'

const TITLES = { cluster: 'cluster prod', repository: 'repository acme/certs' }
const step = (changes: Partial<SetupStep>): SetupStep => ({
  id: 'x',
  where: 'cluster',
  what: 'Namespace countersign',
  state: 'unchanged',
  details: [],
  command: null,
  ...changes,
})

describe('the plan of bootstrap', () => {
  test('each step has its mark, and its details below it', () => {
    const steps = [
      step({ state: 'create', what: 'a' }),
      step({ state: 'change', what: 'b', details: ['rules differs'] }),
      step({ state: 'delete', what: 'c' }),
      step({ what: 'd' }),
      step({ where: 'repository', state: 'create', what: 'environment countersign' }),
    ]
    expect(setupText(steps, TITLES, plain)).toBe(`cluster prod
  + a
  ± b
      rules differs
  − c
  = d

repository acme/certs
  + environment countersign

2 to create, 1 to change, 1 to delete, 1 unchanged`)
  })

  test('blocked steps in a row with one reason have it once, and list each command once', () => {
    const blocked = { state: 'blocked', details: ['forbidden'], command: 'kubectl apply' } as const
    const other = step({ ...blocked, what: 'c', details: ['is being deleted'] })
    expect(setupText([step(blocked), step(blocked), other], TITLES, plain)).toBe(`cluster prod
  ✗ Namespace countersign
  ✗ Namespace countersign
      forbidden
  ✗ c
      is being deleted

  left for an administrator of cluster prod, with their login in place of this one:
    kubectl apply

3 blocked`)
  })

  test('two commands of one step are two lines', () => {
    const blocked = step({ state: 'blocked', command: 'gh api one\ngh api two' })
    expect(setupText([blocked], TITLES, plain)).toContain(
      'left for an administrator of cluster prod, with their login in place of this one:\n    gh api one\n    gh api two\n',
    )
  })

  test('text of a cluster cannot control the terminal', () => {
    expect(setupText([step({ details: ['\u001b[2J'] })], TITLES, plain)).not.toContain('\u001b')
  })

  test('the verdict of unchanged steps says that there is nothing to do', () => {
    expect(setupVerdict([step({}), step({})])).toBe('nothing to do: 2 unchanged')
  })
})
