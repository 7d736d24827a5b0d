// Nearly valid DER: one node of a value gets another tag or content, or is repeated, removed or moved, with corrected lengths; or
// single bytes are changed.
import { children } from './der-walk.ts'
import type { SeededRandom } from './model/seeded-random.ts'
import { tlv } from '../../src/lib/x509/der-write.ts'

interface Tree {
  tag: number
  /** Null if the content is bytes. */
  inside: Tree[] | null
  content: Buffer
}

const TAGS = [
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x14, 0x16, 0x17, 0x1e, 0x30, 0x31, 0x80, 0x81,
  0x82, 0x86, 0x87, 0x88, 0xa0, 0xa3, 0xa4,
]
const CONTENTS = [
  '',
  '00',
  'ff',
  '0001',
  '61',
  '610062',
  'c3a9',
  '0a000001',
  '3a3a',
  '2a2e612e6578616d706c65',
  '55040a',
  '2a03',
  '698080808001',
  '6988848c9098a0a830',
  '3000',
  '0500',
]

/** The same value with one to three changes. */
export function mutatedDer(der: Uint8Array, chance: SeededRandom): Uint8Array {
  let bytes: Buffer = Buffer.from(der)
  for (let left = 1 + chance.below(3); left > 0; left--) {
    bytes = chance.below(4) === 0 ? mutatedBytes(bytes, chance) : mutatedTree(bytes, chance)
  }
  return bytes
}

function mutatedBytes(der: Buffer, chance: SeededRandom): Buffer {
  const at = chance.below(der.length)
  const [before, after] = [der.subarray(0, at), der.subarray(at)]
  switch (chance.below(4)) {
    case 0:
      return Buffer.concat([before, Buffer.of(chance.below(256)), after])
    case 1:
      return Buffer.concat([before, after.subarray(1)])
    default:
      return Buffer.concat([
        before,
        Buffer.of(der[at]! ^ (1 << chance.below(8))),
        after.subarray(1),
      ])
  }
}

function mutatedTree(der: Buffer, chance: SeededRandom): Buffer {
  const [root] = read(der)
  if (root === undefined) return der
  const all = nodes(root)
  const node = chance.of(all)
  const parent = all.find(({ inside }) => inside?.includes(node)) ?? null
  change(node, parent, all, chance)
  return Buffer.from(write(root))
}

function change(node: Tree, parent: Tree | null, all: readonly Tree[], chance: SeededRandom): void {
  const siblings = parent?.inside ?? []
  const at = siblings.indexOf(node)
  switch (chance.below(7)) {
    case 0:
      node.tag = chance.of(TAGS)
      return
    case 1:
      node.inside = null
      node.content = Buffer.from(chance.of(CONTENTS), 'hex')
      return
    case 2:
      siblings.splice(at, 0, node)
      return
    case 3:
      if (at >= 0) siblings.splice(at, 1)
      return
    case 4:
      siblings.push(...siblings.splice(at, 1))
      return
    case 5:
      // A node is not moved into itself.
      if (!nodes(node).includes(parent ?? node)) siblings.push(copyOf(chance.of(all)))
      return
    default:
      if (node.inside === null && node.content.length > 0) {
        const index = chance.below(node.content.length)
        node.content = Buffer.from(node.content)
        node.content[index] = chance.below(256)
      }
  }
}

function copyOf(node: Tree): Tree {
  return { ...node, inside: node.inside?.map(copyOf) ?? null }
}

function read(content: Buffer): Tree[] {
  try {
    return children(content).map(({ tag, content: inner }) => ({
      tag,
      content: inner,
      inside: (tag & 0x20) === 0 ? inOctets(tag, inner) : read(inner),
    }))
  } catch {
    return []
  }
}

/** The content of an extension is DER too. */
function inOctets(tag: number, content: Buffer): Tree[] | null {
  if (tag !== 0x04 || content[0] !== 0x30) return null
  const inside = read(content)
  return Buffer.concat(inside.map(write)).equals(content) ? inside : null
}

function nodes(tree: Tree): Tree[] {
  return [tree, ...(tree.inside ?? []).flatMap(nodes)]
}

function write({ tag, inside, content }: Tree): Uint8Array {
  return inside === null ? tlv(tag, content) : tlv(tag, ...inside.map(write))
}
