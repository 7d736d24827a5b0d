// What a login lacks for apply, and what it is told.
import { expect, test } from '@jest/globals'
import { setupProblem } from '../../../../src/workflows/plan/setup-gap.ts'
import { clusterConfig } from '../../../build/effective.ts'

const cluster = clusterConfig({ name: 'prod', recordNamespace: 'countersign' })
const gap = {
  namespaces: [],
  rights: [{ group: '', verb: 'create', resource: 'configmaps', namespace: 'countersign' }],
}
const toldTo = (username: string) => setupProblem(gap, cluster, { username, groups: [] })

test('the login that bootstrap made for plans is not told to take the rights of apply', () => {
  const told = toldTo('system:serviceaccount:countersign:countersign-plan')
  expect(told).toMatchObject({ code: 'CLUSTER_FORBIDDEN' })
  expect(told?.message).toContain('only plans on prod')
  expect(told?.hint).not.toContain('kubectl')
})

test('another login that may not apply is told the rights and the command', () => {
  const told = toldTo('jane')
  expect(told?.message).toContain('"jane" may not create configmaps')
  expect(told?.hint).toContain('manifests rbac --user jane')
})
