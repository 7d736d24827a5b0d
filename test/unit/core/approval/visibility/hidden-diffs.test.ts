import { describe, expect, test } from '@jest/globals'
import {
  hiddenDiffReason,
  unusualPath,
} from '../../../../../src/core/approval/visibility/hidden-diffs.ts'

const CASSETTE = 'kind: CertificateRequest\n# recorded_with: VCR\n'

describe('GitHub folds away', () => {
  test.each([
    ['requests/people/package-lock.json'],
    ['requests/people/jane-package-lock.json'],
    ['requests/people/npm-shrinkwrap.json.yaml'],
    ['requests/people/pnpm-lock.yaml'],
    ['requests/people/composer.lock.yaml'],
    ['requests/people/composer.lockhart.yaml'],
    ['requests/people/uv.lock.json'],
    ['requests/node_modules/jane.yaml'],
    ['requests/vendor/example.com/jane.yaml'],
    ['requests/vendor/jane.internal.yaml'],
    ['requests/htmlcov/jane.yaml'],
    ['policies/.idea/people.yaml'],
    ['policies/__generated__/people.yaml'],
    ['policies/Godeps/people.yaml'],
    ['policies/Pods/people.yaml'],
    ['policies/Carthage/Build/people.yaml'],
  ])('%s', path => {
    expect(hiddenDiffReason(path, '')?.code).toBe('APPROVAL_HIDDEN')
  })

  test('what looks like a recording', () => {
    expect(hiddenDiffReason('requests/jane.yml', CASSETTE)?.code).toBe('APPROVAL_HIDDEN')
  })
})

describe('GitHub shows', () => {
  test.each([
    ['requests/people/jane.yaml'],
    ['requests/people/jane.lockhart.yaml'],
    ['requests/people/locker.yaml'],
    ['requests/vendors/example.com/jane.yaml'],
    ['requests/vendor/jane.yaml'],
    ['requests/pods/jane.yaml'],
    ['.github/workflows/countersign.yaml'],
  ])('%s', path => {
    expect(hiddenDiffReason(path, CASSETTE)).toBe(null)
  })
})

test('GitHub shows a file that names a recording further up', () => {
  expect(hiddenDiffReason('requests/jane.yml', `${CASSETTE}a: 1\n`)?.code).toBe('APPROVAL_HIDDEN')
  expect(hiddenDiffReason('requests/jane.yml', `${CASSETTE}a: 1\nb: 2\n`)).toBeNull()
})

describe('a path is plain', () => {
  test.each([
    ['requests/people/jane.yaml'],
    ['requests/people-2/1jane.yml'],
    ['requests/jane.csr.pem'],
    ['requests/jane.csr'],
    ['requests/jane.pem'],
    ['requests/jane.json'],
    ['requests/jane.cnf'],
    ['requests/jane.conf'],
    ['policies/people.test.yaml'],
  ])('%s', path => {
    expect(unusualPath(path)).toBeNull()
  })
})

describe('a path is odd, and its hint has a plain one', () => {
  test.each([
    ['requests/people/Jane.yaml', 'requests/people/jane.yaml'],
    ['requests/_people/jane.yaml', 'requests/people/jane.yaml'],
    ['requests/people.d/jane.yaml', 'requests/people-d/jane.yaml'],
    ['requests/-people/jane.yaml', 'requests/people/jane.yaml'],
    ['requests/jane_doe.yaml', 'requests/jane-doe.yaml'],
    ['requests/jane.lock.yaml', 'requests/jane-lock.yaml'],
    ['policies/my.people.test.yaml', 'policies/my-people.test.yaml'],
    ['requests/jane', 'requests/jane.yaml'],
    ['requests/.yaml', 'requests/yaml.yaml'],
  ])('%s', (path, plain) => {
    expect(unusualPath(path)).toMatchObject({
      code: 'APPROVAL_HIDDEN',
      hint: `git mv ${path} ${plain}`,
    })
  })
})
