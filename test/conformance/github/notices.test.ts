// Notices over sockets: our own issue is opened, rewritten and closed, and no issue of another author is changed.
import { expect, test } from '@jest/globals'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { githubRepository } from '../../../src/adapters/github/read/reviewed-repository-reader.ts'
import type { Notices } from '../../../src/ports/hosted-repository.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import { withoutCluster } from '../../build/at-acme.ts'
import type { Acme } from '../../build/github-run.ts'
import { MAY_NOTIFY } from '../../build/github-run.ts'

const MARKER = '<!-- countersign:notice -->'
const bodyOf = (text: string): string => `${MARKER}\n${text}`

function noticesAs(acme: Acme, app: string): Notices {
  const token = `ghs_${app}`
  acme.github.tokens.set(token, { as: { app }, permissions: MAY_NOTIFY })
  const access = {
    apiUrl: acme.url,
    token: new Secret(token),
    version: '0.0.0',
    repository: 'acme/certs',
    membersToken: null,
  }
  return githubRepository(access, systemClock, () => 0.5).notices()
}

test('the notice is opened once, rewritten in place, and closed', () =>
  withoutCluster(async acme => {
    const ours = noticesAs(acme, 'github-actions')
    await ours.close(MARKER, 'none', bodyOf('nothing'))
    expect(acme.issues()).toEqual([])
    await ours.keep(MARKER, 'two', bodyOf('jane, mark'))
    await ours.keep(MARKER, 'one', bodyOf('mark'))
    expect(acme.issues()).toEqual([{ title: 'one', body: bodyOf('mark'), state: 'open' }])
    await ours.close(MARKER, 'none', bodyOf('nothing'))
    const closed = { title: 'none', body: bodyOf('nothing'), state: 'closed' }
    expect(acme.issues()).toEqual([closed])
    await ours.keep(MARKER, 'one', bodyOf('jane'))
    expect(acme.issues()).toEqual([closed, { title: 'one', body: bodyOf('jane'), state: 'open' }])
  }))

test('an issue of another author with the marker stays as it is', () =>
  withoutCluster(async acme => {
    const [ours, theirs] = [noticesAs(acme, 'github-actions'), noticesAs(acme, 'helper')]
    const other = { title: 'seven', body: bodyOf('another'), state: 'open' }
    await theirs.keep(MARKER, other.title, other.body)
    await ours.close(MARKER, 'none', bodyOf('nothing'))
    expect(acme.issues()).toEqual([other])
    await ours.keep(MARKER, 'one', bodyOf('jane'))
    expect(acme.issues()).toEqual([other, { title: 'one', body: bodyOf('jane'), state: 'open' }])
  }))
