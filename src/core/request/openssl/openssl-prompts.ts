// Questions of prompt mode with the answers of `openssl req -batch` (apps/req.c: prompt_info, build_data): NAME_value, otherwise
// NAME_default, within NAME_min and NAME_max bytes. The default section may set any of them.
import { quoted } from '../../../lib/source/hidden-characters.ts'
import type { OpensslReading } from './openssl-reading.ts'
import type { Entry, Section } from './openssl-sections.ts'

/** The entry with the answer, null if the field is left out. */
export function promptAnswer(
  section: Section,
  question: Entry,
  reading: OpensslReading,
): Entry | null {
  const find = (ending: string): Entry | null =>
    reading.find(section.name, `${question.key}_${ending}`)
  const [value, otherwise] = [find('value'), find('default')]
  const bounds = [find('min'), find('max')] as const
  // a value that is a dot leaves the field out, a default that is a dot remains a dot
  if (value?.value.text === '.') return null
  const isValue = value !== null && value.value.text !== ''
  const answer = isValue ? value : otherwise
  if (answer === null || answer.value.text === '') return null
  checkLength(answer, bounds, reading)
  return answer
}

function checkLength(
  answer: Entry,
  [min, max]: readonly [Entry | null, Entry | null],
  reading: OpensslReading,
): void {
  const bytes = Buffer.byteLength(answer.value.text)
  const least = min === null ? 0 : numberOf(min, reading)
  const most = max === null ? Infinity : numberOf(max, reading)
  if (least === null || most === null || (bytes >= least && bytes <= most)) return
  const bound = bytes < least ? `shorter than the ${least}` : `longer than the ${most}`
  const which = bytes < least ? min : max
  const message = `${quoted(answer.value.text)} is ${bound} bytes of ${which?.key}`
  reading.refuse(answer.at, message, null, 'FILE_FIELD_VALUE')
}

function numberOf(entry: Entry, reading: OpensslReading): number | null {
  if (/^\d{1,9}$/.test(entry.value.text)) return Number(entry.value.text)
  reading.refuse(
    entry.at,
    `${entry.key} must be a number of bytes: got ${quoted(entry.value.text)}`,
  )
  return null
}
