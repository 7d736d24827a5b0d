import { describe, expect, test } from '@jest/globals'
import { foldedAway } from '../../../src/approval/folded.ts'

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
    expect(foldedAway(path, '')?.code).toBe('APPROVAL_HIDDEN')
  })

  test('what looks like a recording', () => {
    expect(foldedAway('requests/jane.yml', CASSETTE)?.code).toBe('APPROVAL_HIDDEN')
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
    expect(foldedAway(path, CASSETTE)).toBe(null)
  })
})
