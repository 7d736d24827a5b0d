// GraphQL documents: values are variables, whatever they contain.
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { parse } from 'graphql'
import { Query } from '../../../../../src/adapters/github/connection/graphql-query.ts'

describe('a GraphQL query', () => {
  test('a query declares each value once', () => {
    const query = new Query()
    const [a, b, c] = [
      query.value('String!', 'x'),
      query.value('String!', 'y'),
      query.value('String!', 'x'),
    ]
    expect(c).toBe(a)
    expect(query.value('Int!', 1)).not.toBe(query.value('String!', '1'))
    expect(query.document(`f(a: ${a}, b: ${b})`)).toContain('$v0: String!, $v1: String!')
    expect(query.variables).toMatchObject({ v0: 'x', v1: 'y' })
  })

  test('a query has the same document for all values', () => {
    fc.assert(
      fc.property(fc.string(), path => {
        const query = new Query()
        const document = query.document(`f(path: ${query.value('String!', path)})`)
        parse(document)
        expect(document).toBe('query($v0: String!) {\nf(path: $v0)\n}')
        expect(query.variables).toEqual({ v0: path })
      }),
    )
  })
})
