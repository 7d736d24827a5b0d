import { expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRun } from '../../../../src/adapters/github/event.ts'

test.each([
  ['acme/certs/.github/workflows/certs.yaml@refs/heads/main', '.github/workflows/certs.yaml'],
  ['acme/certs/.github/workflows/certs@v1.yaml@refs/heads/main', '.github/workflows/certs@v1.yaml'],
  ['acme/certs/.github/workflows/certs.yaml@refs/heads/a@refs/b', '.github/workflows/certs.yaml'],
  ['other/certs/.github/workflows/certs.yaml@refs/heads/main', null],
  ['', null],
])('the running workflow of %s is %s', async (reference, workflow) => {
  const folder = await mkdtemp(join(tmpdir(), 'event-'))
  try {
    const path = join(folder, 'event.json')
    await writeFile(path, '{}')
    const run = await readRun({
      GITHUB_EVENT_PATH: path,
      GITHUB_EVENT_NAME: 'push',
      GITHUB_WORKSPACE: folder,
      GITHUB_REPOSITORY: 'acme/certs',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: 'a'.repeat(40),
      GITHUB_WORKFLOW_REF: reference,
    })
    expect(run.workflow).toBe(workflow)
  } finally {
    await rm(folder, { recursive: true })
  }
})
