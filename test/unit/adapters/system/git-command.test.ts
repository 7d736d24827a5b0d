import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { blobId, Git, readBatch } from '../../../../src/adapters/system/git-command.ts'

let folder = ''
let first = ''
let second = ''

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=author', '-c', 'user.email=author@example.com']
  return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' }).trim()
}

function write(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

function commit(): string {
  git('add', '.')
  git('commit', '--quiet', '--message', 'files')
  return git('rev-parse', 'HEAD')
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-git-'))
  git('init', '--quiet', '--initial-branch', 'main')
  write('requests/jane.yaml', 'jane\n')
  write('requests/b/ü \t"x".yaml', 'odd name\n')
  write('requests.yaml', 'beside\n')
  write('requests/b/empty.yaml', '')
  symlinkSync('jane.yaml', join(folder, 'requests/link.yaml'))
  first = commit()
  git('checkout', '--quiet', '-b', 'topic')
  write('requests/jane.yaml', 'jane, changed\n')
  second = commit()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the commit before the removal of a file has it, and a file that never was there has none', async () => {
  git('checkout', '--quiet', '-b', 'removal')
  rmSync(join(folder, 'requests.yaml'))
  const removal = commit()
  git('checkout', '--quiet', 'topic')
  const open = new Git(folder)
  expect(await open.beforeChange('requests.yaml', removal)).toBe(second)
  expect(await open.beforeChange('requests/nobody.yaml', removal)).toBeNull()
  expect(await open.beforeChange('requests.yaml', 'b'.repeat(40))).toBeNull()
})

describe('a git revision', () => {
  test.each([
    ['main', () => first],
    ['topic', () => second],
    ['HEAD', () => second],
    ['HEAD~1', () => first],
    ['HEAD:requests/jane.yaml', () => null],
    ['nowhere', () => null],
    ['', () => null],
    ['--help', () => null],
    ['--all', () => null],
  ])('the revision %j is resolved to its commit or to null', async (revision, expected) => {
    expect(await new Git(folder).resolve(revision)).toBe(expected())
  })

  test('a revision is null where there is no repository', async () => {
    expect(await new Git(tmpdir()).resolve('HEAD')).toBeNull()
  })

  test('two commits have a merge base or null', async () => {
    const repository = new Git(folder)
    expect(await repository.mergeBase(first, second)).toBe(first)
    expect(await repository.mergeBase(second, '0'.repeat(40))).toBeNull()
    expect(await repository.mergeBase('--all', second)).toBeNull()
  })
})

describe('the origin', () => {
  test.each([
    ['git@github.com:acme/certs.git', 'acme/certs'],
    ['https://token@github.com/acme/certs', 'acme/certs'],
    ['https://GitHub.com/acme/certs.git/', 'acme/certs'],
    ['ssh://git@ssh.github.com:443/acme/certs.git', 'acme/certs'],
    ['https://ghe.example/acme/certs.git', 'acme/certs'],
    ['git@gitlab.example:acme/certs.git', null],
    ['https://github.com.example/acme/certs', null],
    ['https://gitlab.example/github.com/acme/certs', null],
    ['/srv/github.com/acme/certs.git', null],
    ['file:///srv/acme/certs.git', null],
    ['../acme/certs', null],
  ])('the repository of the origin %s is %s', async (url, name) => {
    git('remote', 'add', 'origin', url)
    const found = await new Git(folder).origin(['github.com', 'ghe.example'])
    git('remote', 'remove', 'origin')
    expect(found).toBe(name)
  })
})

describe('a git tree', () => {
  test('a tree lists the files below a folder with their modes, whatever their names', async () => {
    const entries = await new Git(folder).tree(second, 'requests')
    expect(entries.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      '100644 requests/b/empty.yaml',
      '100644 requests/b/ü \t"x".yaml',
      '100644 requests/jane.yaml',
      '120000 requests/link.yaml',
    ])
    expect(entries[2]?.blob).toBe(blobId(new TextEncoder().encode('jane, changed\n')))
  })

  test('a tree of another commit has the files of that commit', async () => {
    const [entry] = await new Git(folder).tree(first, 'requests/jane.yaml')
    expect(entry?.blob).toBe(blobId(new TextEncoder().encode('jane\n')))
  })

  test('a tree is empty where the path does not exist, and a path is not a pattern', async () => {
    const repository = new Git(folder)
    expect(await repository.tree(second, 'nowhere')).toEqual([])
    expect(await repository.tree(second, 'requests/*.yaml')).toEqual([])
    expect(await repository.tree(second, ':(top)requests')).toEqual([])
  })

  test('a tree is relative to the working directory', async () => {
    const entries = await new Git(join(folder, 'requests')).tree(second, 'b')
    expect(entries.map(({ path }) => path)).toEqual(['b/empty.yaml', 'b/ü \t"x".yaml'])
    const all = await new Git(join(folder, 'requests')).tree(second, '.')
    expect(all.map(({ path }) => path)).toContain('jane.yaml')
  })

  test('a tree of an unknown commit is RUN_GIT', async () => {
    await expect(new Git(folder).tree('0'.repeat(40), '.')).rejects.toMatchObject({
      problem: { code: 'RUN_GIT', message: 'git ls-tree did not work' },
    })
  })
})

describe('git blobs', () => {
  const read = async (...paths: string[]): Promise<readonly string[]> => {
    const repository = new Git(folder)
    const entries = await repository.tree(second, '.')
    const ids = paths.map(path => entries.find(entry => entry.path === path)?.blob ?? '')
    const blobs = await repository.blobs(ids, 8)
    return ids.map(id => new TextDecoder().decode(blobs.get(id)))
  }

  test('many blobs are read at once, each up to the limit', async () => {
    expect(await read('requests/jane.yaml', 'requests/b/empty.yaml', 'requests.yaml')).toEqual([
      'jane, ch',
      '',
      'beside\n',
    ])
  })

  test('a blob that is requested twice is read once', async () => {
    expect(await read('requests.yaml', 'requests.yaml')).toEqual(['beside\n', 'beside\n'])
  })

  test('a missing blob is RUN_GIT', async () => {
    const ids = [blobId(new TextEncoder().encode('jane\n')), '0'.repeat(40)]
    await expect(new Git(folder).blobs(ids, 8)).rejects.toMatchObject({
      problem: { code: 'RUN_GIT' },
    })
  })

  test('blobs without a repository are RUN_GIT', async () => {
    await expect(new Git(tmpdir()).blobs(['0'.repeat(40)], 8)).rejects.toMatchObject({
      problem: { code: 'RUN_GIT' },
    })
  })

  test('no blobs start no git process', async () => {
    expect(await new Git('/nowhere/at/all').blobs([], 8)).toEqual(new Map())
  })
})

describe('the output of cat-file --batch', () => {
  async function parse(...chunks: (string | Buffer)[]): Promise<Record<string, string>> {
    const stream = new PassThrough()
    const reading = readBatch(stream, 5)
    for (const chunk of chunks) stream.write(chunk)
    stream.end()
    const objects = await reading
    return Object.fromEntries(
      [...objects].map(([id, bytes]) => [id, Buffer.from(bytes).toString('latin1')]),
    )
  }

  test('the output may arrive in any parts', async () => {
    const text = 'aa blob 3\nx\ny\nbb missing\ncc blob 0\n\ndd blob 9\n123456789\n'
    const whole = { aa: 'x\ny', cc: '', dd: '12345' }
    expect(await parse(text)).toEqual(whole)
    expect(await parse(...Array.from(text))).toEqual(whole)
    expect(await parse(text.slice(0, 11), text.slice(11, 40), text.slice(40))).toEqual(whole)
  })

  test('an output that breaks off is refused', async () => {
    await expect(parse('aa blob 30\nonly')).rejects.toThrow('breaks off')
  })
})

test('a blob id is the one that git computes', () => {
  write('id.txt', 'a b\u0000c\n')
  expect(blobId(new TextEncoder().encode('a b\u0000c\n'))).toBe(git('hash-object', 'id.txt'))
})
