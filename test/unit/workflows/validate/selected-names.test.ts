// What flags name is found in the configuration, or refused.
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

describe('--cluster', () => {
  test('not given is every one, and the only one', () => {
    expect(clustersNamed(TWO, null).map(({ name }) => name)).toEqual(['east', 'west'])
    expect(clusterNamed(ONE, null).name).toBe('east')
    expect(() => clusterNamed(TWO, null)).toThrow('RUN_USAGE: there are several clusters')
  })

  test('is the one of that name', () => {
    expect(clustersNamed(TWO, 'west').map(({ name }) => name)).toEqual(['west'])
    expect(clusterNamed(TWO, 'west').name).toBe('west')
  })

  test.each(['weast', 'prod', ''])('%j, which is not there, is refused', name => {
    const unknown = `CONFIG_CLUSTER_UNKNOWN: there is no cluster "${name}"`
    expect(() => clustersNamed(TWO, name)).toThrow(unknown)
    expect(() => clusterNamed(ONE, name)).toThrow(unknown)
  })
})

describe('--requester', () => {
  test('not given is nobody', () => expect(personNamed(ONE, null)).toBeNull())

  test('is the person of that login, not of that name', () => {
    expect(personNamed(ONE, 'author')).toMatchObject({ id: 1001 })
    expect(() => personNamed(ONE, 'jane')).toThrow('has the login "jane"')
    expect(() => personNamed(TWO, 'author')).toThrow('RUN_USAGE')
  })
})
