import { describe, expect, test } from '@jest/globals'
import type { WithdrawStep } from '../../../../src/domain/cluster/plan-step.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import type { RequestFile } from '../../../../src/domain/request/request.ts'
import { sinkTarget } from '../../../../src/domain/request/sink.ts'
import { parseConfig } from '../../../../src/core/config/parse-config.ts'
import type { Ancestry } from '../../../../src/domain/proof/git-history.ts'
import type { RepositoryFiles } from '../../../../src/ports/repository-files.ts'
import type { ReviewedRepository } from '../../../../src/ports/reviewed-repository.ts'
import type { History } from '../../../../src/workflows/prove/applied-history.ts'
import { originKeyOfStep } from '../../../../src/workflows/prove/request-origins.ts'
import type { FileOrigins } from '../../../../src/workflows/prove/request-origins.ts'
import {
  pastOnBranch,
  withSinksFromGit,
} from '../../../../src/workflows/withdraw/sinks-to-delete.ts'
import { newRecord } from '../../../../src/core/plan/record-state.ts'
import { issuedRecord, requestRecord } from '../../../build/issued.ts'
import { effective, secretSink } from '../../../build/effective.ts'
import { evidence } from '../../../build/evidence.ts'
import { standIn } from '../../../build/stand-in.ts'
import { valueOf } from '../../../build/request.ts'
import { configText, requestText } from '../../../build/request-text.ts'

const PATH = 'requests/jane.yaml'
const CONFIG = valueOf(
  parseConfig(fileOf('countersign.yaml', configText({ owner: 'past', namespace: 'apps' }))),
)

function fileOf(path: string, text: string, blob = path): RequestFile {
  return { path, blob, mode: '100644', bytes: new TextEncoder().encode(text), uncommitted: false }
}

/** The file at a time, with the Secret that it named; its blob is the name. */
function state(name: string, more: readonly string[] = []): RequestFile {
  const sinks = ['sinks:', `- secret: {namespace: apps, name: ${name}}`]
  return fileOf(PATH, requestText({ name: 'jane', more: [...more, ...sinks] }), name)
}

const FIRST = state('first')
const SECOND = state('second')
const THIRD = state('third')
const WITHDRAWN = state('never', ['withdraw: true'])
const LATEST_FIRST = [WITHDRAWN, THIRD, SECOND, FIRST]

/** The names of the Secrets to delete, after those that the record lists. */
async function emptied(
  record: RequestRecord,
  states: readonly RequestFile[] = LATEST_FIRST,
  because: WithdrawStep['because'] = 'WithdrawAsked',
) {
  const step = withdrawal(record, because)
  const past = states.map(file => ({ file, config: CONFIG }))
  const [found] = await withSinksFromGit([step], async () => past)
  return found?.kind === 'withdraw' ? found.sinks.map(sinkTarget) : found?.kind
}

function withdrawal(
  record: RequestRecord,
  because: WithdrawStep['because'] = 'WithdrawAsked',
): WithdrawStep {
  const current = record.withdrawnAt === null ? record.issued : null
  return {
    kind: 'withdraw',
    because,
    name: 'jane',
    cluster: 'test',
    path: PATH,
    sinks: [secretSink({ name: 'asked' })],
    record,
    bindings: null,
    current,
    until: null,
  }
}

const issuedBy = (blob: string, changes: Partial<RequestRecord> = {}) =>
  requestRecord(effective(), { issued: issuedRecord(effective(), { blob }), ...changes })

describe('the sinks to delete at a withdrawal', () => {
  const named = ['asked', 'first', 'second', 'third'].map(name => `Secret apps/${name}`)
  const [asked, first, second, third] = named

  test.each<[string, RequestRecord, readonly (string | undefined)[]]>([
    ['the sinks of the issued file', issuedBy('second'), [second]],
    [
      'the sinks of later files too, also of the one that requests the withdrawal, where an attempt was made',
      issuedBy('second', { n: 2 }),
      [asked, third, second],
    ],
    [
      'the sinks of files since a withdrawal',
      issuedBy('second', { n: 2, withdrawnAt: new Date(0), emptied: 1 }),
      [asked, third, second],
    ],
    [
      'the sinks of all files, where none is recorded',
      newRecord('jane', 'test'),
      [asked, third, second, first],
    ],
    [
      'the sinks of the last two files, where git lacks the issued one',
      issuedBy('lost'),
      [asked, third],
    ],
  ])('a withdrawal deletes %s', async (_, record, expected) =>
    expect(await emptied(record)).toEqual(expected),
  )

  test('a withdrawal does not delete the sinks of another request that had the same path', async () => {
    const other = fileOf(PATH, requestText({ name: 'deployer' }), 'other')
    expect(await emptied(newRecord('jane', 'test'), [other, FIRST])).toEqual([asked, first])
    expect(await emptied(newRecord('jane', 'test'), [other], 'FileRemoved')).toBe('blocked')
  })

  test('the withdrawal of a removed file is blocked where git does not show the file', async () => {
    expect(await emptied(issuedBy('first'), [], 'FileRemoved')).toBe('blocked')
    expect(await emptied(issuedBy('first'), [])).toEqual([asked])
  })

  test('a withdrawal lists each sink once', async () => {
    const states = [state('first', ['reissue: 1']), FIRST]
    expect(await emptied(newRecord('jane', 'test'), states)).toEqual([asked, first])
  })
})

describe('the earlier files on the default branch', () => {
  /** Names of the Secrets of the files; those of commits that are not in `line` exist too. */
  async function past(
    line: readonly string[],
    path = PATH,
  ): Promise<readonly (string | undefined)[]> {
    const files = new Map([
      ['before', FIRST],
      ['landing', WITHDRAWN],
      ['applied', SECOND],
    ])
    const config = fileOf('countersign.yaml', configText({ owner: 'past', namespace: 'apps' }))
    const source = standIn<ReviewedRepository>({
      filesAt: commit =>
        standIn<RepositoryFiles>({
          read: async place =>
            place === 'countersign.yaml'
              ? config
              : place === path
                ? (files.get(commit) ?? null)
                : null,
        }),
    })
    const objects = new Map([['countersign.yaml', 'config']])
    const node = { objects, parents: [] } as unknown as Ancestry extends ReadonlyMap<
      string,
      infer N
    >
      ? N
      : never
    const history = standIn<History>({
      line,
      frame: standIn<History['frame']>({ config: 'countersign.yaml' }),
      ancestry: new Map([...files.keys()].map(commit => [commit, node])),
    })
    const proof = {
      kind: 'review',
      by: 'reviewer',
      digest: '',
      evidence: evidence({ commit: 'applied' }),
    } as const
    const issued = issuedRecord(effective(), { path, proof })
    const step = withdrawal(requestRecord(effective(), { issued }))
    const landing = { commit: 'landing', before: 'before' }
    const origins = new Map([[originKeyOfStep(step), { landing }]]) as unknown as FileOrigins
    const found = await pastOnBranch(source, history, origins)(step)
    return (found ?? []).map(({ file }) => file.blob)
  }

  test('they are those of the last change, those before it, and those of the applied commit', async () => {
    expect(await past(['landing', 'before', 'applied'])).toEqual(['never', 'first', 'second'])
  })

  test('commits that the default branch does not contain do not count', async () => {
    expect(await past(['landing', 'before'])).toEqual(['never', 'first'])
    expect(await past(['landing', 'applied'])).toEqual(['never', 'second'])
  })

  test('a file that moved since the issue is also read under its path of that time', async () => {
    expect(await past(['landing', 'before'], 'requests/old.yaml')).toEqual(['never', 'first'])
  })
})
