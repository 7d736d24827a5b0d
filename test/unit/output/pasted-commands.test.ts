// Commands in hints: with several clusters, a command without --cluster acts on the default one, or on none.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

/** Commands that act on one cluster. */
const OF_A_CLUSTER = /countersign (?:csr|manifests) (?!ruleset|authorization)[a-z]+/
const NAMES_ITS_CLUSTER = /--cluster|\$\{(?:clusterFlag\(|flag\}|pasted\}|OBJECT\})/
/** Help and the hints of mistyped verbs list examples, a condition is no command, and the guard is printed for one cluster. */
const NO_HINT =
  /^entry\/table\/|^entry\/usage-error|^setup\/guard\/|const REVOKER =|with countersign csr \$\{decision\}/

test('each command of a hint that acts on one cluster names this cluster', () => {
  const found = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts') && !path.startsWith('sandbox/'))
    .flatMap(path =>
      readFileSync(`src/${path}`, 'utf8')
        .split('\n')
        .filter(line => !/^\s*(?:\/\/|\/?\*)/.test(line))
        .map(line => ({ path, line: line.trim() })),
    )
    .filter(({ line }) => OF_A_CLUSTER.test(line))
  expect(found.length).toBeGreaterThan(20)
  const without = found.filter(
    ({ path, line }) => !NAMES_ITS_CLUSTER.test(line) && !NO_HINT.test(`${path}: ${line}`),
  )
  expect(without).toEqual([])
})
