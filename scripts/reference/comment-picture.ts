// The picture of a plan in the README, as SVG for light and dark pages: the comment that test/unit/output/comment compares, drawn by the
// browser of the reader as GitHub draws it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { COLORS, FONT } from './picture.ts'

const COMMENT = join(import.meta.dirname, '../../test/fixtures/pages/plan-comment.md')
/** Fonts differ, so there is some room below the text. */
const SIZE = { width: 960, height: 880 }

/** The SVG text for one theme. */
export function commentPicture(theme: keyof typeof COLORS): string {
  const { text, quiet, edge, box, link } = COLORS[theme]
  const style = [
    `div{box-sizing:border-box;height:100%;padding:4px 20px;border:1px solid ${edge};border-radius:8px;font:14px/1.5 ${FONT};color:${text}}`,
    `h3{font-size:18px;margin:12px 0 8px}p,ul,table,details{margin:0 0 12px}ul{padding-left:24px}a{color:${link};text-decoration:none}`,
    `table{border-collapse:collapse}th,td{border:1px solid ${edge};padding:5px 10px;text-align:left}`,
    `code{font:12px ui-monospace,Menlo,Consolas,monospace;background:${box};border-radius:4px;padding:2px 4px;overflow-wrap:break-word}sub{font-size:12px;color:${quiet};vertical-align:baseline}`,
  ].join('')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}">`,
    `<style>${style}</style>`,
    `<foreignObject width="${SIZE.width}" height="${SIZE.height}">`,
    `<div xmlns="http://www.w3.org/1999/xhtml">${commentHtml()}</div>`,
    '</foreignObject>',
    '</svg>\n',
  ].join('\n')
}

/** With the details of the last request open. */
function commentHtml(): string {
  const html = micromark(readFileSync(COMMENT, 'utf8'), {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  })
  const at = html.lastIndexOf('<details>')
  return `${html.slice(0, at)}<details open="">${html.slice(at + '<details>'.length)}`
}
