// PEM the way Go's encoding/pem reads it: the first block that decodes, whatever stands around it.
import { base64Fault, fromBase64 } from './go-base64.ts'

export interface GoPemBlock {
  readonly type: string
  readonly hasHeaders: boolean
  readonly bytes: Uint8Array
  /** Text after the block. */
  readonly rest: string
}

const BEGIN = /(?:^|\n)-----BEGIN ([^\r\n]*?)-----[ \t]*\r?\n/

/** The first block, null where there is none. A block that does not decode is passed over. */
export function firstPemBlock(text: string): GoPemBlock | null {
  let rest = text
  for (;;) {
    const begin = BEGIN.exec(rest)
    if (begin === null) return null
    const body = rest.slice(begin.index + begin[0].length)
    const block = blockOf(begin[1] ?? '', body)
    if (block !== null) return block
    rest = `\n${body}`
  }
}

function blockOf(type: string, body: string): GoPemBlock | null {
  const { hasHeaders, content } = withoutHeaders(body)
  const end = new RegExp(`(?:^|\\n)-----END ${escape(type)}-----[ \\t]*(?:\\r?\\n|$)`).exec(content)
  if (end === null) return null
  const encoded = content.slice(0, end.index).replaceAll(/[ \t\r\n]/g, '')
  if (base64Fault(encoded) !== null) return null
  const bytes = fromBase64(encoded)
  return { type, hasHeaders, bytes, rest: content.slice(end.index + end[0].length) }
}

function withoutHeaders(body: string): { readonly hasHeaders: boolean; readonly content: string } {
  const headers = /^(?:[^\r\n:]+:[^\r\n]*\r?\n)+(?:\r?\n)?/.exec(body)
  if (headers === null) return { hasHeaders: false, content: body }
  return { hasHeaders: true, content: body.slice(headers[0].length) }
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}

/** Every block of the text. */
export function pemBlocks(text: string): readonly GoPemBlock[] {
  const blocks: GoPemBlock[] = []
  for (let block = firstPemBlock(text); block !== null; block = firstPemBlock(block.rest)) {
    blocks.push(block)
  }
  return blocks
}
