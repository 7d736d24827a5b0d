import { describe, expect, test } from '@jest/globals'
import {
  hiddenDiffReason,
  unusualPath,
} from '../../../../../src/core/approval/visibility/hidden-diffs.ts'

const CASSETTE = 'kind: CertificateRequest\n# recorded_with: VCR\n'

describe('a diff that GitHub hides', () => {
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
  ])('GitHub hides the diff of %s', path => {
    expect(hiddenDiffReason(path, '')?.code).toBe('APPROVAL_HIDDEN')
  })

  test('GitHub hides the diff of a file that looks like a recording', () => {
    expect(hiddenDiffReason('requests/jane.yml', CASSETTE)?.code).toBe('APPROVAL_HIDDEN')
  })
})

describe('a diff that GitHub shows', () => {
  test.each([
    ['requests/people/jane.yaml'],
    ['requests/people/jane.lockhart.yaml'],
    ['requests/people/locker.yaml'],
    ['requests/vendors/example.com/jane.yaml'],
    ['requests/vendor/jane.yaml'],
    ['requests/pods/jane.yaml'],
    ['.github/workflows/countersign.yaml'],
  ])('GitHub shows the diff of %s', path => {
    expect(hiddenDiffReason(path, CASSETTE)).toBe(null)
  })
})

test('GitHub shows the diff of a file with the marks of a recording further up', () => {
  expect(hiddenDiffReason('requests/jane.yml', `${CASSETTE}a: 1\n`)?.code).toBe('APPROVAL_HIDDEN')
  expect(hiddenDiffReason('requests/jane.yml', `${CASSETTE}a: 1\nb: 2\n`)).toBeNull()
})

describe('a usual path', () => {
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
  ])('%s is a usual path', path => {
    expect(unusualPath(path)).toBeNull()
  })
})

describe('an unusual path', () => {
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
  ])('%s is an unusual path, and the hint names a usual one', (path, plain) => {
    expect(unusualPath(path)).toMatchObject({
      code: 'APPROVAL_HIDDEN',
      hint: `git mv ${path} ${plain}`,
    })
  })
})
