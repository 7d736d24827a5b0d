// Which policies count, and for how long: while GitHub does not answer, after a refusal, and after a change that nobody approved.
import { describe, expect, test } from '@jest/globals'
import type { PolicyTrust } from '../../../../src/workflows/pending/policy-trust.ts'
import { trustScene as scene } from '../../../build/trust-scene.ts'

const MINUTE_MS = 60_000

type Tree = Readonly<Record<string, unknown>>

test('policies count while GitHub answers, and not before the first proof', async () => {
  const { trust, after, stage } = await scene('0s')
  expect(trust.usable()).toBeNull()
  expect(await after(1)).toBe(true)
  expect(trust.usable()).toMatchObject({ commit: stage.tip('main'), cluster: { name: 'prod' } })
  expect(await after(1)).toBe(true)
})

test('without offlineGrace nothing is decided while GitHub does not answer', async () => {
  const { after } = await scene('0s')
  expect(await after(1)).toBe(true)
  expect(await after(1, 'GITHUB_UNREACHABLE')).toBe(false)
  expect(await after(1)).toBe(true)
})

test('decisions go on for offlineGrace after the last proof', async () => {
  const { after } = await scene('1h')
  expect(await after(1)).toBe(true)
  expect(await after(59, 'GITHUB_UNAVAILABLE')).toBe(true)
  expect(await after(2, 'GITHUB_TIMEOUT')).toBe(false)
})

test.each(['GITHUB_UNAUTHORIZED', 'GITHUB_FORBIDDEN', 'GITHUB_NOT_FOUND'] as const)(
  'the refusal %s stops all decisions, also within offlineGrace',
  async code => {
    const { after } = await scene('1h')
    expect(await after(1)).toBe(true)
    expect(await after(1, code)).toBe(false)
    expect(await after(1, 'GITHUB_UNREACHABLE')).toBe(false)
    expect(await after(2)).toBe(true)
  },
)

test('a look that never ends does not keep the policies in use', async () => {
  const { after, trust, state } = await scene('0s')
  expect(await after(1)).toBe(true)
  state.now = new Date(state.now.getTime() + 3 * MINUTE_MS)
  expect(trust.usable()).toBeNull()
})

test('a change of a policy that no owner approved stops all decisions', async () => {
  const { after, does, codes } = await scene('1h')
  expect(await after(1)).toBe(true)
  does('author pushes to change', {
    'policies/people.yaml': { constraints: { maxDuration: '900h' } },
  })
  does('author opens PR1 from change')
  does('reviewer approves PR1')
  does('author merges PR1 (squash)')
  expect(await after(30)).toBe(false)
  expect(codes.some(code => code.startsWith('APPROVAL_'))).toBe(true)
})

describe('the inventory of nodes', () => {
  const KUBELET = 'kubernetes.io/kubelet-serving'
  const FILE = 'nodes/prod/rack-a.yaml'
  const node = (name: string) => ({ nodes: [{ name }] })

  /** A pull request with one changed file, merged; `approver` approves it before. */
  async function merged(path: string, changes: Tree, approver: string | null = 'owner') {
    const made = await scene('1h', KUBELET)
    return { ...made, answer: await add(made, 1, path, changes, approver) }
  }
  async function add(
    { does, after, trust }: Awaited<ReturnType<typeof scene>>,
    number: number,
    path: string,
    changes: Tree,
    approver: string | null,
  ) {
    does(`author pushes to change${number}`, { [path]: changes })
    does(`author opens PR${number} from change${number}`)
    if (approver !== null) does(`${approver} approves PR${number}`)
    does(`author merges PR${number} (squash)`)
    expect(await after(30)).toBe(true)
    return known(trust)
  }
  function known(trust: PolicyTrust): string {
    const inventory = trust.usable()?.inventory
    return inventory?.ok === true
      ? [...inventory.value.nodes.keys()].join(' ')
      : (inventory?.problems ?? []).map(({ code }) => code).join(' ')
  }

  test('without a file none counts, and the policies go on', async () => {
    const { after, trust, codes } = await scene('1h', KUBELET)
    expect(await after(1)).toBe(true)
    expect(known(trust)).toBe('INVENTORY_MISSING')
    expect(codes).toEqual(['INVENTORY_MISSING'])
  })

  test('one that an owner of the configuration approved counts', async () => {
    expect((await merged(FILE, node('n7'))).answer).toBe('n7')
  })

  test.each([['reviewer'], [null]])(
    'one that was approved by %s does not count, and the policies go on',
    async approver => {
      const { answer, trust } = await merged(FILE, node('n7'), approver)
      expect(answer).toContain('INVENTORY_UNAPPROVED')
      expect(trust.usable()?.policies.policies).toHaveLength(1)
    },
  )

  test('an approved file does not count once another file was changed without approval', async () => {
    const made = await merged(FILE, node('n7'))
    const two = await add(made, 2, 'nodes/prod/rack-b.yaml', node('n8'), null)
    expect(two).toContain('INVENTORY_UNAPPROVED')
  })

  test('an unapproved change stays unproved below an approved one, since it was never shown', async () => {
    const made = await merged(FILE, node('n7'), null)
    const two = await add(made, 2, FILE, { ...node('n7'), pools: [] }, 'owner')
    expect(two).toContain('INVENTORY_UNAPPROVED')
  })

  test('a removed file needs an approval, and a README needs none', async () => {
    const made = await merged(FILE, node('n7'))
    expect(await add(made, 2, 'nodes/prod/rack-b.yaml', node('n8'), 'owner')).toBe('n7 n8')
    expect(await add(made, 3, 'nodes/prod/README.md', {}, null)).toBe('n7 n8')
    made.stage.world.tick(60)
    made.does('author pushes to gone', { [FILE]: 'removed' })
    made.does('author opens PR4 from gone')
    made.does('author merges PR4 (squash)')
    expect(await made.after(30)).toBe(true)
    expect(known(made.trust)).toContain('INVENTORY_UNAPPROVED')
  })

  test('a change that makes itself an owner is judged by the owners before it', async () => {
    const made = await scene('1h', KUBELET)
    made.does('author pushes to change1', {
      [FILE]: node('n7'),
      'countersign.yaml': {
        clusters: { prod: { nodeInventory: 'nodes/prod' } },
        approval: { offlineGrace: '1h', configuration: { users: ['reviewer'] } },
      },
    })
    made.does('author opens PR1 from change1')
    made.does('reviewer approves PR1')
    made.does('author merges PR1 (squash)')
    expect(await made.after(30)).toBe(false)
  })

  test('one that comes with an approved change of the owners is judged by the owners before it', async () => {
    const made = await scene('1h', KUBELET)
    made.does('author pushes to change1', {
      [FILE]: node('n7'),
      'countersign.yaml': {
        clusters: { prod: { nodeInventory: 'nodes/prod' } },
        approval: { offlineGrace: '1h', configuration: { users: ['reviewer'] } },
      },
    })
    made.does('author opens PR1 from change1')
    made.does('owner approves PR1')
    made.does('author merges PR1 (squash)')
    expect(await made.after(30)).toBe(true)
    expect(known(made.trust)).toBe('n7')
  })

  test('a broken file stops the inventory, and not the policies', async () => {
    const { answer } = await merged(FILE, { nodes: [{ name: 'n7', address: '10.0.0.1' }] })
    expect(answer).toBe('FILE_FIELD_UNKNOWN')
  })

  test.each(['.gitattributes', 'docs/.gitattributes'])(
    '%s of the first commit needs no approval, as the pinned digest covers it',
    async attributes => {
      const made = await scene('1h', KUBELET, { [attributes]: '* text=auto\n' })
      expect(await add(made, 1, FILE, node('n7'), 'owner')).toBe('n7')
    },
  )

  test('attributes above its folder that nobody approved stop it', async () => {
    const made = await merged(FILE, node('n7'))
    made.does('author pushes to change2', { 'nodes/.gitattributes': '*.yaml text\n' })
    made.does('author opens PR2 from change2')
    made.does('author merges PR2 (squash)')
    expect(await made.after(30)).toBe(true)
    expect(known(made.trust)).toContain('INVENTORY_UNAPPROVED')
  })

  test.each([
    ['GITHUB_ANSWER', 'GITHUB_ANSWER'],
    ['GITHUB_UNAVAILABLE', 'nothing is decided'],
    ['GITHUB_FORBIDDEN', 'nothing is decided'],
  ] as const)('if reading it fails with %s: %s', async (code, expected) => {
    const { after, state, trust } = await scene('0s', KUBELET)
    state.inventoryFails = code
    expect((await after(1)) ? known(trust) : 'nothing is decided').toBe(expected)
  })
})
