import { describe, expect, test } from '@jest/globals'
import { matchesAnyWildcard, matchesWildcard } from '../../../../src/core/policy/wildcard.ts'

describe('a wildcard pattern', () => {
  // the cases of approver-policy v0.28 (wildcard_test.go, WildcardMatches), without a difference
  test.each([
    ['*', 'cert-manager', true],
    ['', 'cert-manager', false],
    ['', '', true],
    ['cert-*', 'cert-manager.io', true],
    ['cert-manager-foo', 'cert-manager', false],
    ['cert-manager', 'cert-manager', true],
    ['cert-manager.io*', 'cert-manager.io', true],
    ['*cert-manager.io', 'cert-manager.io', true],
    ['cert-*manager.io', 'cert-manager.io', true],
    ['cert-foo*', 'cert-manager.io', false],
    ['ce*t-*ger*io', 'cert-manager.io', true],
    ['ce*t-*ger*.', 'cert-manager.io', false],
    ['*a*a*a*a*a*a*a*a*!', 'a'.repeat(50), false],
  ])('the pattern %j matches %j as in approver-policy: %s', (pattern, text, fits) =>
    expect(matchesWildcard(pattern, text)).toBe(fits),
  )

  test.each([
    ['*.foo', 'foo', false],
    ['*.foo', 'a.b.foo', true],
    ['a/*', 'a/b/c', true],
    ['A', 'a', false],
    ['a?c', 'abc', false],
    ['a?c', 'a?c', true],
    ['a.c', 'abc', false],
    [String.raw`a\*`, 'a*', false],
    ['*', '', true],
    ['**', '', true],
    ['a*', 'a\nb', true],
    ['a*\u{1F600}', 'ab\u{1F600}', true],
    ['*ab', 'aab', true],
    ['a*b*', 'acbd', true],
  ])('the pattern %j matches %j: %s', (pattern, text, fits) =>
    expect(matchesWildcard(pattern, text)).toBe(fits),
  )
})

describe('a list of patterns', () => {
  // WildcardContains
  test.each([
    [[], 'cert-manager', false],
    [['cert-manager'], 'cert-manager', true],
    [[''], '', true],
    [['cert-manager', 'foo'], 'cert-manager', true],
    [['foo', 'cert-manager'], 'cert-manager', true],
    [['foo', 'cert-*'], 'cert-manager', true],
    [['foo', 'cert-*manager'], 'cert-manager', true],
    [['foo', 'cert-m*'], 'cert-', false],
    [['foo', 'cert-manager'], 'bar', false],
    [['foo', '*'], 'bar', true],
    [['foo', ''], 'bar', false],
  ] as const)('the list %j matches %j: %s', (patterns, text, fits) =>
    expect(matchesAnyWildcard(patterns, text)).toBe(fits),
  )

  // WildcardSubset, which the judge asks value by value
  test.each([
    [[], [], true],
    [['cert-manager'], ['cert-manager', 'foo'], false],
    [['foo', 'cert-manager', 'bar'], ['cert-manager', 'foo'], true],
    [['foo', 'cert-*', 'bar'], ['cert-manager', 'foo'], true],
    [['*'], ['cert-manager', 'foo'], true],
    [['foo.*'], ['cert-manager', 'foo.'], false],
    [['foo.*'], ['foo.cert-manager', 'foo.'], true],
  ] as const)('the list %j matches all of %j: %s', (patterns, texts, fits) =>
    expect(texts.every(text => matchesAnyWildcard(patterns, text))).toBe(fits),
  )
})
