import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { extent } from '../../../build/extent.ts'
import type { RepositoryFiles } from '../../../../src/ports/repository-files.ts'
import { commitFiles, workTreeFiles } from '../../../../src/adapters/system/work-tree-files.ts'
import { Git, blobId } from '../../../../src/adapters/system/git-command.ts'
import type { RequestFile } from '../../../../src/domain/request/request.ts'

const LARGE = 2 * 1024 * 1024
let folder = ''
let commit = ''

function git(cwd: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=author', '-c', 'user.email=author@example.com']
  const options = { cwd, encoding: 'utf8' } as const
  return execFileSync(
    'git',
    [...identity, '-c', 'protocol.file.allow=always', ...args],
    options,
  ).trim()
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

/** Records each call of git in order; each is one process. */
class CountedGit extends Git {
  readonly asked: string[] = []

  override tree(...args: Parameters<Git['tree']>): ReturnType<Git['tree']> {
    this.asked.push('tree')
    return super.tree(...args)
  }

  override blob(...args: Parameters<Git['blob']>): ReturnType<Git['blob']> {
    this.asked.push('blob')
    return super.blob(...args)
  }

  override blobs(...args: Parameters<Git['blobs']>): ReturnType<Git['blobs']> {
    this.asked.push('blobs')
    return super.blobs(...args)
  }
}

const text = (file: RequestFile | null | undefined): string =>
  Buffer.from(file?.bytes ?? []).toString('utf8')
const told = (files: readonly RequestFile[] | null): readonly string[] | null =>
  files === null ? null : files.map(({ mode, path }) => `${mode} ${path}`)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-files-'))
  git(folder, 'init', '--quiet', '--initial-branch', 'main')
  write('requests/jane.yaml', 'jane\n')
  write('requests/deep/er/web.yaml', 'web\n')
  write('requests/z.yaml', Buffer.alloc(LARGE, 'x'))
  write('requests/run.sh', '#!/bin/sh\n')
  chmodSync(join(folder, 'requests/run.sh'), 0o755)
  write('requests.yaml', 'beside\n')
  symlinkSync('../countersign.yaml', join(folder, 'requests/link.yaml'))
  symlinkSync('/', join(folder, 'requests/root'))
  git(folder, 'add', '.')
  git(folder, 'commit', '--quiet', '--message', 'files')
  commit = git(folder, 'rev-parse', 'HEAD')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const LISTED = [
  '100644 requests/deep/er/web.yaml',
  '100644 requests/jane.yaml',
  '120000 requests/link.yaml',
  '120000 requests/root',
  '100755 requests/run.sh',
  '100644 requests/z.yaml',
]

describe('a work tree and a commit', () => {
  const both = (): readonly (readonly [string, RepositoryFiles])[] => [
    ['working tree', workTreeFiles(folder, new Git(folder))],
    ['commit', commitFiles(new Git(folder), commit)],
  ]

  test('a work tree and a commit list the same files with the same modes, sorted, and do not follow links', async () => {
    for (const [, files] of both()) expect(told(await files.list('requests'))).toEqual(LISTED)
  })

  test('a work tree and a commit read the same bytes and ids', async () => {
    const [tree, committed] = both().map(([, files]) => files)
    for (const path of ['requests/jane.yaml', 'requests/link.yaml', 'requests/run.sh']) {
      const file = await tree?.read(path)
      expect({ ...file, uncommitted: false }).toEqual(await committed?.read(path))
    }
  })

  test('a work tree and a commit read a link as its target', async () => {
    for (const [, files] of both())
      expect(text(await files.read('requests/link.yaml'))).toBe('../countersign.yaml')
  })

  test('a work tree and a commit read only as much of a large file as shows that it is too large', async () => {
    for (const [, files] of both())
      expect((await files.read('requests/z.yaml'))?.bytes).toHaveLength(1024 * 1024 + 1)
  })

  test.each(['nowhere.yaml', 'requests', 'requests/nowhere.yaml', 'requests/jane.yaml/x'])(
    'a commit has no file %s',
    async path => {
      const [, committed] = both().map(([, files]) => files)
      expect(await committed?.read(path)).toBeNull()
    },
  )
})

describe('a work tree', () => {
  const files = () => workTreeFiles(folder, new Git(folder))

  test('a missing folder of a work tree is null', async () => {
    expect(await files().list('nowhere')).toBeNull()
  })

  test('a file in place of a folder is RUN_FILES', async () => {
    await expect(files().list('requests.yaml')).rejects.toMatchObject({
      problem: { code: 'RUN_FILES', message: 'the folder requests.yaml cannot be read' },
    })
  })

  test('a work tree reports files that differ from HEAD or are not in it', async () => {
    write('requests/new.yaml', 'new\n')
    write('requests/jane.yaml', 'jane, changed\n')
    const uncommitted = async (path: string) => (await files().read(path))?.uncommitted
    expect(await uncommitted('requests/new.yaml')).toBe(true)
    expect(await uncommitted('requests/jane.yaml')).toBe(true)
    write('requests/jane.yaml', 'jane\n')
    expect(await uncommitted('requests/jane.yaml')).toBe(false)
    rmSync(join(folder, 'requests/new.yaml'))
  })

  test('a work tree reports the same in a folder below the top of the repository', async () => {
    const below = join(folder, 'requests')
    const inner = workTreeFiles(below, new Git(below))
    expect((await inner.read('jane.yaml'))?.uncommitted).toBe(false)
    const committed = commitFiles(new Git(below), commit)
    expect(told(await committed.list('deep'))).toEqual(['100644 deep/er/web.yaml'])
  })

  test('a work tree without git does not know what is committed', async () => {
    const bare = mkdtempSync(join(tmpdir(), 'countersign-bare-'))
    writeFileSync(join(bare, 'a.yaml'), 'a')
    const outside = workTreeFiles(bare, new Git(bare))
    expect((await outside.read('a.yaml'))?.uncommitted).toBeNull()
    rmSync(bare, { recursive: true, force: true })
  })

  test('a pipe is not read, and has no bytes and its own mode', async () => {
    const pipes = join(folder, 'pipes')
    mkdirSync(pipes)
    execFileSync('mkfifo', [join(pipes, 'pipe.yaml')])
    expect(await files().list('pipes')).toMatchObject([{ mode: '010000', bytes: new Uint8Array() }])
    rmSync(pipes, { recursive: true })
  })

  test('a nested .git folder is not listed', async () => {
    git(folder, 'init', '--quiet', join(folder, 'nested'))
    write('nested/a.yaml', 'a')
    expect(told(await files().list('nested'))).toEqual(['100644 nested/a.yaml'])
    rmSync(join(folder, 'nested'), { recursive: true })
  })
})

describe('a commit as a source of files', () => {
  const files = () => commitFiles(new Git(folder), commit)

  test('a commit without the folder lists no files', async () => {
    expect(await files().list('nowhere')).toEqual([])
  })

  test('a commit has the committed files, whatever the work tree has', async () => {
    write('requests/jane.yaml', 'jane, changed\n')
    expect(text(await files().read('requests/jane.yaml'))).toBe('jane\n')
    write('requests/jane.yaml', 'jane\n')
  })

  test('a commit ignores replace refs', async () => {
    write('evil.txt', 'evil\n')
    const blob = git(folder, 'hash-object', '-w', 'evil.txt')
    const jane = blobId(new TextEncoder().encode('jane\n'))
    git(folder, 'replace', jane, blob)
    expect(text(await files().read('requests/jane.yaml'))).toBe('jane\n')
    expect(text((await files().list('requests'))?.[1])).toBe('jane\n')
    git(folder, 'replace', '-d', jane)
    rmSync(join(folder, 'evil.txt'))
  })

  test('a submodule in a commit has its mode and no bytes', async () => {
    const other = mkdtempSync(join(tmpdir(), 'countersign-other-'))
    git(other, 'init', '--quiet')
    git(other, 'commit', '--quiet', '--allow-empty', '--message', 'x')
    git(folder, 'submodule', '--quiet', 'add', other, 'requests/sub')
    git(folder, 'commit', '--quiet', '--message', 'submodule')
    const head = git(folder, 'rev-parse', 'HEAD')
    const listed = await commitFiles(new Git(folder), head).list('requests/sub')
    expect(listed).toMatchObject([
      { mode: '160000', path: 'requests/sub', bytes: new Uint8Array() },
    ])
    git(folder, 'rm', '--quiet', '-r', '-f', 'requests/sub')
    git(folder, 'reset', '--quiet', '--hard', commit)
    rmSync(other, { recursive: true, force: true })
  })

  test('a commit is read with two git processes, for any number of files', async () => {
    const many = mkdtempSync(join(tmpdir(), 'countersign-many-'))
    git(many, 'init', '--quiet')
    mkdirSync(join(many, 'requests'))
    const count = extent(1000, 200)
    for (let index = 0; index < count; index++)
      writeFileSync(join(many, `requests/r-${index}.yaml`), `name: r-${index}\n`)
    git(many, 'add', '.')
    git(many, 'commit', '--quiet', '--message', 'many')
    const counted = new CountedGit(many)
    const listed = await commitFiles(counted, 'HEAD').list('requests')
    expect(counted.asked).toEqual(['tree', 'blobs'])
    expect(listed).toHaveLength(count)
    expect(listed?.every(file => text(file) === `name: ${file.path.slice(9, -5)}\n`)).toBe(true)
    const inTree = await workTreeFiles(many, new Git(many)).list('requests')
    expect(inTree).toEqual(listed)
    rmSync(many, { recursive: true, force: true })
  })
})
