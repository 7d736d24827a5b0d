import { expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRun } from '../../../../../src/adapters/github/actions/run-event.ts'
import type { Run } from '../../../../../src/adapters/github/actions/run-event.ts'

test.each([
  ['acme/certs/.github/workflows/certs.yaml@refs/heads/main', '.github/workflows/certs.yaml'],
  ['acme/certs/.github/workflows/certs@v1.yaml@refs/heads/main', '.github/workflows/certs@v1.yaml'],
  ['acme/certs/.github/workflows/certs.yaml@refs/heads/a@refs/b', '.github/workflows/certs.yaml'],
  ['other/certs/.github/workflows/certs.yaml@refs/heads/main', null],
  ['', null],
])('the running workflow of %s is %s', async (reference, workflow) => {
  expect((await runOf({ GITHUB_WORKFLOW_REF: reference })).workflow).toBe(workflow)
})

test.each([
  ['push', '1', false],
  ['schedule', '1', false],
  ['workflow_dispatch', '1', true],
  ['push', '2', true],
])('a run of %s, attempt %s, is a manual run: %s', async (name, attempt, isByHand) => {
  const run = await runOf({ GITHUB_EVENT_NAME: name, GITHUB_RUN_ATTEMPT: attempt })
  expect(run.event).toMatchObject({ kind: 'branch', name, isByHand })
})

async function runOf(environment: Readonly<Record<string, string>>): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'event-'))
  try {
    const path = join(folder, 'event.json')
    await writeFile(path, '{}')
    return await readRun({
      GITHUB_EVENT_PATH: path,
      GITHUB_EVENT_NAME: 'push',
      GITHUB_WORKSPACE: folder,
      GITHUB_REPOSITORY: 'acme/certs',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: 'a'.repeat(40),
      ...environment,
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}
