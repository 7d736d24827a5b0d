// The names in flags are found in the configuration, or refused.
import { describe, expect, test } from '@jest/globals'
import {
  clusterNamed,
  clustersNamed,
  personNamed,
} from '../../../../src/workflows/validate/selected-names.ts'
import { config } from '../../../build/request.ts'

const TWO = config('clusters: {east: {provider: other}, west: {provider: other}}')
const ONE = config(
  'clusters: {east: {provider: other}}',
  'people: [{name: jane, login: author, id: 1001}]',
)

describe('the flag --cluster', () => {
  test('no --cluster selects every cluster, or the only one', () => {
    expect(clustersNamed(TWO, null).map(({ name }) => name)).toEqual(['east', 'west'])
    expect(clusterNamed(ONE, null).name).toBe('east')
    expect(() => clusterNamed(TWO, null)).toThrow('RUN_USAGE: there are several clusters')
  })

  test('--cluster selects the cluster of that name', () => {
    expect(clustersNamed(TWO, 'west').map(({ name }) => name)).toEqual(['west'])
    expect(clusterNamed(TWO, 'west').name).toBe('west')
  })

  test.each(['weast', 'prod', ''])('--cluster %j is refused as unknown', name => {
    const unknown = `CONFIG_CLUSTER_UNKNOWN: there is no cluster "${name}"`
    expect(() => clustersNamed(TWO, name)).toThrow(unknown)
    expect(() => clusterNamed(ONE, name)).toThrow(unknown)
  })
})

describe('the flag --requester', () => {
  test('no --requester selects nobody', () => expect(personNamed(ONE, null)).toBeNull())

  test('--requester selects the person by login, not by name', () => {
    expect(personNamed(ONE, 'author')).toMatchObject({ id: 1001 })
    expect(() => personNamed(ONE, 'jane')).toThrow('has the login "jane"')
    expect(() => personNamed(TWO, 'author')).toThrow('RUN_USAGE')
  })
})
