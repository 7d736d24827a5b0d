// Requests and policies made to slip through or to stall, from a data file: the name, the policy below its selector, the request
// (null where the policy itself is refused), and every code that policies and built-in rules answer with.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { builtInProblems } from '../../../../src/core/policy/built-in/built-in-rules.ts'
import { judge } from '../../../../src/core/policy/judge-policies.ts'
import { parsePolicy } from '../../../../src/core/policy/load-policies.ts'
import type { Identity } from '../../../build/effective.ts'
import { effective, subject } from '../../../build/effective.ts'
import {
  codes,
  NOBODY,
  opaqueSan,
  otherName,
  policy,
  policyFile,
  policyYaml,
} from '../../../build/policy.ts'
import type { Usage } from '../../../../src/domain/request/usage.ts'

interface Asked extends Omit<Identity, 'otherNames'> {
  readonly subject?: readonly string[]
  readonly usages?: readonly Usage[]
  readonly otherNames?: readonly (readonly [string, string])[]
  readonly opaque?: Parameters<typeof opaqueSan>[0]
  /** So many DNS names. */
  readonly many?: number
}

const CASES: readonly (readonly [string, readonly string[], Asked | null, string])[] = JSON.parse(
  readFileSync(new URL('../../../fixtures/policies/adversarial.json', import.meta.url), 'utf8'),
)

function requestOf({ subject: names, otherNames = [], opaque, many, ...identity }: Asked) {
  const dnsNames = many === undefined ? {} : { dnsNames: numbered(many) }
  const given = names === undefined ? {} : { subject: subject(...names) }
  const bare = { commonName: null, organizations: [], usages: [], sinks: [] }
  const request = effective({ ...bare, ...identity, ...dnsNames, ...given })
  const more = otherNames.map(([oid, text]) => otherName(oid, text))
  const sans = [...request.sans, ...more, ...(opaque === undefined ? [] : [opaqueSan(opaque)])]
  return { ...request, sans }
}

function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `n${index}.example.com`)
}

function answer(lines: readonly string[], asked: Asked | null): string {
  if (asked === null) {
    const read = parsePolicy(policyFile(policyYaml(lines)))
    return read.ok ? 'read' : codes(read.problems)
  }
  const request = requestOf(asked)
  const verdict = judge(request, [policy(lines)], [], NOBODY)
  const problems = verdict.decision === 'allowed' ? [] : verdict.problems
  return codes([...builtInProblems(request, null), ...problems]) || 'allowed'
}

describe('an adversarial request or policy', () => {
  test('the data file has at least 60 cases', () => expect(CASES.length).toBeGreaterThanOrEqual(60))

  test.each(CASES)('each adversarial case gets its answer: %s', (_, lines, asked, expected) =>
    expect(answer(lines, asked)).toBe(expected),
  )
})
