import { expect, test } from '@jest/globals'
import { pageProblems } from '../../../src/entry/action/apply-job.ts'

test.each(['private', 'internal'])(
  'a page for GitHub Pages is refused in a repository that is %s, with the inputs that work',
  visibility => {
    const [problem, ...others] = pageProblems('pages', 'acme/certs', visibility)
    expect(others).toEqual([])
    expect(problem).toMatchObject({
      code: 'RUN_PAGE_VISIBILITY',
      message: expect.stringContaining(`acme/certs is ${visibility}`),
      hint: expect.stringMatching(/page: artifact.*page: pages-of-private/),
    })
  },
)

test('a page is allowed in a public repository, as an artifact, and where only people of it can read it', () => {
  expect(pageProblems('pages', 'acme/certs', 'public')).toEqual([])
  for (const page of ['', 'never', 'artifact', 'pages-of-private'])
    expect(pageProblems(page, 'acme/certs', 'private')).toEqual([])
})

test('an unknown value of the input is refused', () =>
  expect(() => pageProblems('always', 'acme/certs', 'public')).toThrow(
    'page: "always" is not one of never, artifact, pages, pages-of-private',
  ))
