// The signers of --approve.
import { expect, test } from '@jest/globals'
import { approvedSigners } from '../../../src/entry/controller-leaders.ts'
import type { Clock } from '../../../src/ports/clock-port.ts'
import type { Cluster } from '../../../src/ports/cluster.ts'
import { standIn } from '../../build/stand-in.ts'

test.each([
  ['kubernetes.io/kubelet-servin', 'did you mean "kubernetes.io/kubelet-serving"?'],
  ['kubelet-serving', '--approve kubernetes.io/kubelet-serving'],
])('--approve %s is refused before anything is asked, with the hint: %s', (name, hint) => {
  const none = [standIn<Cluster>({}), standIn<Clock>({})] as const
  expect(() => approvedSigners([name], 'acme', ...none)).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ code: 'RUN_USAGE', hint }) }),
  )
})
