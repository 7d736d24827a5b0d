// Compares what a command printed with what a document shows. Times, digests, serial numbers and ports differ in each run, so both
// sides are compared without them. `…` on a line of its own stands for any lines, inside of a line for any text.

const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\d(?:[ T]\d\d[:-]\d\d(?:[:-]\d\d(?:\.\d+)?)?Z?)?/g, 'DATE'],
  [/\b(?:[0-9a-f]{2}:){2,}[0-9a-f]{2}\b…?/gi, 'BYTES'],
  [/\b[0-9a-f]{7,64}\b/gi, 'HEX'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}:\d+\b/g, 'ADDRESS'],
  [/\bcountersign:([\w-]+):[a-z2-79][a-z2-7]{19}\b/g, 'countersign:$1:GRANT'],
  [/\bin \d+[smhd](?: \d+[smhd])?/g, 'in TIME'],
  [/\b\d+[smh](?: \d+[smh])? ago/g, 'TIME ago'],
  [/\bPending for \d+[smh](?: \d+[smh])?/g, 'Pending for TIME'],
  [/(?<= {2})\d+[smhd](?: \d+[smhd])?(?= {2})/g, 'TIME'],
  [/\d+(?:\.\d+)? ?(?:ms|s) apart/g, 'TIME apart'],
  // conformance/github/calls counts them.
  [/\b\d+ calls to GitHub/g, 'N calls to GitHub'],
  [/\b\d\d:\d\d$/gm, 'TIME'],
]

export function isAsShown(shown: string, printed: string): boolean {
  const wanted = new RegExp(`^${plain(shown).split('\n').map(pattern).join('')}$`)
  return wanted.test(`${plain(printed)}\n`)
}

function pattern(line: string): string {
  if (line === '…') return '(?:.*\\n)*?'
  const parts = line.split('…').map(escaped)
  return `${parts.join('.*')}\\n`
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+./?[\\\]^{|}-]/g, String.raw`\$&`)
}

function plain(text: string): string {
  return VARIABLE.reduce((all, [from, to]) => all.replaceAll(from, to), text)
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/ $/gm, '')
    .trimEnd()
}
