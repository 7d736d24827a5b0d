import { expect, test } from '@jest/globals'
import { readAttributes } from '../../../../src/workflows/prove/attributes-files.ts'
import type { RepositoryFiles } from '../../../../src/ports/repository-files.ts'
import { requestFile } from '../../../build/request.ts'

test('attributes of every folder above the requests are read, and those below are taken from the list', async () => {
  const commit: Pick<RepositoryFiles, 'read'> = {
    read: async path => requestFile(`* text # ${path}\n`, { path }),
  }
  const below = requestFile('* diff\n', { path: 'team/requests/people/.gitattributes' })
  const jane = requestFile('name: jane\n', { path: 'team/requests/people/jane.yaml' })
  const read = await readAttributes(commit as RepositoryFiles, 'team/requests', [below, jane])
  expect(read.map(({ path }) => path)).toEqual([
    '.gitattributes',
    'team/.gitattributes',
    'team/requests/people/.gitattributes',
  ])
})
