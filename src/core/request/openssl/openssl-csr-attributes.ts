// The attributes section of [req]: attributes of the PKCS#10 request itself. No signer of Kubernetes reads them.
import { promptAnswer } from './openssl-prompts.ts'
import type { OpensslReading } from './openssl-reading.ts'
import type { Entry, Section } from './openssl-sections.ts'

const NAMES: readonly string[] = ['unstructuredName', 'unstructuredAddress']

/** Questions without an answer add nothing. A challenge password is a secret in the file; names give a warning. */
export function readCsrAttributes(entry: Entry, reading: OpensslReading): void {
  const section = reading.sectionNamedBy(entry)
  if (section === null) return
  const isPrompting = reading.setting('prompt')?.value.text !== 'no'
  for (const said of section.entries) {
    if (!isPrompting) readAttribute(said, said, reading)
    else readQuestion(section, said, reading)
  }
}

function readQuestion(section: Section, question: Entry, reading: OpensslReading): void {
  if (/_(?:default|min|max|value)$/.test(question.key)) return
  const answer = promptAnswer(section, question, reading)
  if (answer !== null) readAttribute(question, answer, reading)
}

function readAttribute({ key, keyPlace }: Entry, answer: Entry, reading: OpensslReading): void {
  if (NAMES.includes(key)) {
    reading.ignore(keyPlace, `${key} is not written: no signer reads it`, 'remove it')
    return
  }
  const at = { ...answer.keyPlace, excerpt: null }
  const hint =
    key === 'challengePassword'
      ? 'remove it: no signer reads it, and it is a secret in plain text'
      : 'remove it: no signer reads it'
  reading.unsupported(at, `the attribute ${key} is not written`, hint)
}
