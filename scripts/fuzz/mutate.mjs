// Nearly valid inputs: a seed with a few changes. The same numbers give the same input.

/** Pieces with a special meaning for readers. */
const TOKENS = [
  ...'\0 \t \n \r \\ " \' ` # ; : , = { } [ ] & * ! | > % @ $ ~ - --- ... << ? <<: !!binary 0x 1e999 -0 .inf null'.split(
    ' ',
  ),
  ' ',
  '\r\n',
  '\\\n',
  '${a}',
  '$(a)',
  '$a::b',
  '@a',
  '[a]',
  '.include a',
  'critical,',
  'DER:',
  'ASN1:',
  'email:copy',
  'otherName:1.2.3;UTF8:a',
  '-----BEGIN CERTIFICATE REQUEST-----',
  '-----END CERTIFICATE REQUEST-----',
  '-----BEGIN ',
  '\u202e',
  '\ufeff',
  '\u00e9',
  '\ud83d\ude00',
  '&a [*a,*a]',
  '0.0.0.0.0',
  '9'.repeat(40),
  'a'.repeat(300),
  '['.repeat(200),
  '{"a":'.repeat(100),
].map(token => Buffer.from(token))

const BYTES = [
  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x1e, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x82,
  0x84, 0x88, 0xa0, 0xa3, 0xff,
]

/** Repeatable chance (mulberry32). @param {number} seed */
export function chanceOf(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return { below: limit => Math.floor(next() * limit) }
}

/** @param {readonly Buffer[]} seeds @param {{ below: (limit: number) => number }} chance @returns {Buffer} */
export function mutated(seeds, chance) {
  let bytes = seeds[chance.below(seeds.length)]
  for (let left = 1 + chance.below(4); left > 0; left--) bytes = changed(bytes, seeds, chance)
  return bytes.subarray(0, 70_000)
}

function changed(bytes, seeds, chance) {
  const at = chance.below(bytes.length + 1)
  const length = 1 + chance.below(Math.min(16, bytes.length + 1))
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
  switch (chance.below(8)) {
    case 0:
      return Buffer.concat([before, after.subarray(length)])
    case 1:
      return Buffer.concat([before, after.subarray(0, length), after])
    case 2:
      return Buffer.concat([
        before,
        Buffer.of(BYTES[chance.below(BYTES.length)]),
        after.subarray(1),
      ])
    case 3:
      return Buffer.concat([before, Buffer.of(chance.below(256)), after])
    case 4:
      return flipped(bytes, at, chance)
    case 5: {
      const other = seeds[chance.below(seeds.length)]
      return Buffer.concat([before, other.subarray(chance.below(other.length + 1))])
    }
    default:
      return Buffer.concat([before, TOKENS[chance.below(TOKENS.length)], after])
  }
}

function flipped(bytes, at, chance) {
  const copy = Buffer.from(bytes)
  if (at < copy.length) copy[at] ^= 1 << chance.below(8)
  return copy
}
