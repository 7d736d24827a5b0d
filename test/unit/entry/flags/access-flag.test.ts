import { expect, test } from '@jest/globals'
import { readAccessFlag } from '../../../../src/entry/flags/access-flag.ts'

test('each role has its namespaces together', () => {
  expect(readAccessFlag('view@apps,edit@apps,view@web')).toEqual([
    { clusterRole: 'view', namespaces: ['apps', 'web'] },
    { clusterRole: 'edit', namespaces: ['apps'] },
  ])
})

test('a star is the whole cluster, which includes its namespaces', () => {
  const everywhere = [{ clusterRole: 'view', namespaces: null }]
  expect(readAccessFlag('view@*')).toEqual(everywhere)
  expect(readAccessFlag('view@apps,view@*')).toEqual(everywhere)
})

test('without the flag there is no access', () => expect(readAccessFlag(null)).toEqual([]))

test.each(['view', 'view@', '@apps', 'view@apps@web', ',', ''])('the value %j is refused', text => {
  expect(() => readAccessFlag(text)).toThrow(/--access/)
})
