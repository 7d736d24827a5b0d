// A kubeconfig with our three entries merged in. Everything else stays byte for byte where the file is in block style, as kubectl
// writes it; a file in flow style (JSON) is written again with the same values.
import { isMap, isScalar, isSeq, parseDocument } from 'yaml'
import type { Document, Pair, YAMLSeq } from 'yaml'
import { isRecord } from '../../domain/json-text.ts'
import { ok, refuseAs } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import { edited, lineStart } from './edit-yaml.ts'
import type { Edit } from './edit-yaml.ts'
import { kubeconfigEntries, kubeconfigText } from './kubeconfig-text.ts'
import type { KubeconfigLogin } from './kubeconfig-text.ts'
import { viewCommand } from './shell-word.ts'
import { yamlText } from './yaml-text.ts'

type Value = Readonly<Record<string, unknown>>
type OtherFile = Readonly<{ path: string; root: Value }>

export interface Merging {
  /** Path of the file, for messages. */
  readonly path: string
  /** The other files of KUBECONFIG. Of two entries with one name kubectl uses the first, for the contexts of all files. */
  readonly others: readonly { readonly path: string; readonly text: string }[]
  readonly kubeconfig: KubeconfigLogin
  /** Whether an existing user entry of the same name is ours. */
  readonly isOwnUser: (user: Value) => boolean
}

interface Change {
  readonly section: string
  readonly name: string
  /** Index of the entry to replace, null to add one. */
  readonly index: number | null
  readonly entry: Value
}

/**
 * Returns the text of the file with our cluster, user and context; `text` is null if there is no file. The current context of an
 * existing file is kept. Refuses with CONFIG_KUBECONFIG if a text is no kubeconfig, if one of our names belongs to another login
 * or context in any of the files, or if our cluster has another server or CA there and a context of others uses it.
 */
export function mergeKubeconfig(text: string | null, merging: Merging): Checked<string> {
  const { path, kubeconfig } = merging
  const others: OtherFile[] = []
  for (const other of merging.others) {
    const read = parseDocument(other.text)
    const values: unknown = read.errors.length === 0 ? read.toJS() : false
    if (isRecord(values)) others.push({ path: other.path, root: values })
    else if (values !== null)
      return unusable(`${other.path} is not a kubeconfig`, viewCommand(other.path))
  }
  if (text === null || text.trim() === '') {
    const changes = changesOf({}, others, merging)
    return changes.ok ? ok(kubeconfigText(kubeconfig).reveal()) : changes
  }
  const document = parseDocument(text, { keepSourceTokens: true })
  const root: unknown = document.errors.length === 0 ? document.toJS() : null
  if (!isRecord(root) || root['kind'] !== 'Config' || !isMap(document.contents))
    // The parser's message is not passed on: it quotes the text, which may contain a key.
    return unusable(`${path} is not a kubeconfig`, viewCommand(path))
  const changes = changesOf(root, others, merging)
  if (!changes.ok) return changes
  const expected = JSON.stringify(applied(root, changes.value))
  const spliced = withEdits(
    text,
    changes.value.map(change => editOf(text, document, change)),
  )
  if (spliced !== null && readsAs(spliced, expected)) return ok(spliced)
  const written = rewritten(document, changes.value)
  if (readsAs(written, expected)) return ok(written)
  return unusable(`${path} cannot be changed without a change of other entries`, OUT)
}

const CA = 'certificate-authority-data'
const OUT = 'write a file of its own with --out FILE, and add that file to KUBECONFIG'
const APART = 'write a file of its own with --out FILE, for kubectl --kubeconfig FILE'
/** In KUBECONFIG the first of two clusters of one name would be used for both. */
const RENAME =
  'give that cluster another name in the file, also in the contexts that use it; or write a file of its own with --out FILE, for kubectl --kubeconfig FILE'

function unusable(message: string, hint: string): ReturnType<typeof refuseAs> {
  return refuseAs('CONFIG_KUBECONFIG', message, hint)
}

function changesOf(
  root: Value,
  others: readonly OtherFile[],
  { path, kubeconfig, isOwnUser }: Merging,
): Checked<readonly Change[]> {
  const ours = kubeconfigEntries(kubeconfig)
  const parts = [
    { member: 'cluster', name: kubeconfig.cluster, value: ours.cluster },
    { member: 'user', name: kubeconfig.user, value: ours.user },
    { member: 'context', name: kubeconfig.context, value: ours.context },
  ] as const
  const files = [{ path, root }, ...others]
  const [otherUser] = files.flatMap(file => otherContexts(file.root, kubeconfig))
  const changes: Change[] = []
  for (const { member, name, value } of parts) {
    const section = `${member}s`
    for (const file of files) {
      const list = listOf(file.root, section)
      const index = list.findIndex(each => isRecord(each) && each['name'] === name)
      const entry = list[index]
      const isWritten = file.root === root
      const added = { section, name, index: null, entry: { name, [member]: value } }
      if (!isRecord(entry) && isWritten) changes.push(added)
      if (!isRecord(entry)) continue
      const before = isRecord(entry[member]) ? entry[member] : {}
      const differs = member === 'cluster' ? differenceOf(before, value) : null
      const cluster = differs === null ? before : { ...before, ...value }
      const isOurs = {
        cluster: true,
        user: isOwnUser(before),
        context: before['cluster'] === kubeconfig.cluster && before['user'] === kubeconfig.user,
      }[member]
      if (!isOurs)
        return unusable(`the ${member} ${name} of ${file.path} belongs to something else`, APART)
      // The entry of another file stays, and our context would use it.
      const user = otherUser ?? (isWritten ? undefined : kubeconfig.context)
      if (differs !== null && user !== undefined)
        return unusable(
          `the cluster ${name} of ${file.path} has another ${differs}, and the context ${user} uses it`,
          RENAME,
        )
      const merged = { cluster, user: value, context: before }[member]
      if (isWritten && JSON.stringify(merged) !== JSON.stringify(before))
        changes.push({ section, name, index, entry: { ...entry, [member]: merged } })
    }
  }
  return ok(changes)
}

function listOf(root: Value, section: string): readonly unknown[] {
  const entries: unknown = root[section]
  return Array.isArray(entries) ? entries : []
}

/** The first setting that makes it another API server, null if both are the same. */
function differenceOf(before: Value, ours: Value): string | null {
  if (before['server'] !== ours['server']) return `server than ${String(ours['server'])}`
  return before[CA] === ours[CA] ? null : `${CA} than the configuration`
}

/** Names of the contexts of others that use our cluster: a new CA would get their credentials. */
function otherContexts(root: Value, { cluster, context }: KubeconfigLogin): readonly string[] {
  return listOf(root, 'contexts').flatMap(each =>
    isRecord(each) &&
    each['name'] !== context &&
    isRecord(each['context']) &&
    each['context']['cluster'] === cluster
      ? [String(each['name'])]
      : [],
  )
}

/** The values of the whole file after the changes. */
function applied(root: Value, changes: readonly Change[]): Value {
  return changes.reduce<Value>((values, { section, index, entry }) => {
    const list = listOf(values, section)
    const after = index === null ? [...list, entry] : list.with(index, entry)
    return { ...values, [section]: after }
  }, root)
}

/** Null if the section is not in block style. */
function editOf(text: string, document: Document.Parsed, change: Change): Edit | null {
  const { section, index, entry } = change
  const pair = pairOf(document, section)
  if (pair === null) {
    const gap = text.endsWith('\n') ? '' : '\n'
    return { from: text.length, to: text.length, text: `${gap}${section}:\n${item(entry, '')}` }
  }
  const { value } = pair
  if (isSeq(value) && value.items.length > 0) return editInside(text, value, index, entry)
  const isEmpty = value === null || isSeq(value) || (isScalar(value) && value.value === null)
  const range = rangeOf(value)
  if (!isEmpty || range === null) return null
  const from = text.slice(0, range[0]).trimEnd().length
  const [newline] = item(entry, '').split(/\n$/)
  return { from, to: Math.max(from, range[1]), text: `\n${newline}` }
}

function editInside(text: string, list: YAMLSeq, index: number | null, entry: Value): Edit | null {
  if (list.flow === true) return null
  const range = rangeOf(list.items[index ?? list.items.length - 1])
  const first = rangeOf(list)
  if (range === null || first === null) return null
  const indent = ' '.repeat(first[0] - lineStart(text, first[0]))
  const gap = text.slice(0, range[1]).endsWith('\n') ? '' : '\n'
  const written = item(entry, indent)
  if (index === null) return { from: range[1], to: range[1], text: `${gap}${written}` }
  const dash = text.lastIndexOf('-', range[0])
  const end = gap === '' ? undefined : -1
  return { from: dash, to: range[1], text: written.slice(indent.length, end) }
}

/** One entry of a list as text with a newline at its end. */
function item(entry: Value, indent: string): string {
  return yamlText([entry]).replaceAll(/^(?=.)/gm, indent)
}

function pairOf({ contents }: Document.Parsed, section: string): Pair | null {
  if (!isMap(contents)) return null
  return contents.items.find(({ key }) => isScalar(key) && key.value === section) ?? null
}

function rangeOf(node: unknown): readonly [number, number] | null {
  if (typeof node !== 'object' || node === null) return null
  const range: unknown = Reflect.get(node, 'range')
  return Array.isArray(range) ? [Number(range[0]), Number(range[1])] : null
}

/** Null if one of the edits is not possible. */
function withEdits(text: string, edits: readonly (Edit | null)[]): string | null {
  const possible = edits.flatMap(edit => (edit === null ? [] : [edit]))
  if (possible.length < edits.length) return null
  // Of several edits at the end of the file the first one comes first in the text.
  return edited(text, possible.toReversed())
}

function rewritten(document: Document.Parsed, changes: readonly Change[]): string {
  for (const { section, index, entry } of changes) {
    const list: unknown = document.get(section)
    if (!isSeq(list)) document.set(section, document.createNode([entry]))
    else if (index === null) list.add(document.createNode(entry))
    else list.set(index, document.createNode(entry))
  }
  return document.toString({ lineWidth: 0 })
}

function readsAs(text: string, expected: string): boolean {
  const read = parseDocument(text)
  return read.errors.length === 0 && JSON.stringify(read.toJS()) === expected
}
