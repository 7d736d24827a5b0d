// Rules of metadata on create and update (k8s.io/apimachinery/pkg/api/validation/objectmeta.go).
import { invalid, required, tooLong } from './field-error.ts'
import type { FieldError } from './field-error.ts'
import { at, objectAt, memberObject, same, textAt, textMembers } from './json-values.ts'
import type { JsonObject } from './json-values.ts'
import { labelKey, labelValue } from './object-name-rules.ts'
import type { NameRule } from './object-name-rules.ts'

const ANNOTATIONS_LIMIT = 262_144

/** Errors of the metadata of one object, in the API server's order. */
export function validateMetadata(object: JsonObject, nameRule: NameRule): readonly FieldError[] {
  const name = textAt(object, 'metadata', 'name')
  const prefix = textAt(object, 'metadata', 'generateName')
  return [
    ...faults(
      'metadata.generateName',
      prefix,
      prefix === '' ? [] : nameRule(prefix.replace(/-$/, '')),
    ),
    ...(name === ''
      ? [required('metadata.name', 'name or generateName is required')]
      : faults('metadata.name', name, nameRule(name))),
    ...labelErrors(textMembers(objectAt(object, 'metadata', 'labels'))),
    ...annotationErrors(textMembers(objectAt(object, 'metadata', 'annotations'))),
  ]
}

function faults(field: string, value: string, texts: readonly string[]): readonly FieldError[] {
  return texts.map(text => invalid(field, value, text))
}

function labelErrors(labels: Readonly<Record<string, string>>): readonly FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...faults('metadata.labels', key, labelKey(key)),
    ...faults('metadata.labels', value, labelValue(value)),
  ])
}

function annotationErrors(annotations: Readonly<Record<string, string>>): readonly FieldError[] {
  const errors: FieldError[] = []
  let size = 0
  for (const [key, value] of Object.entries(annotations)) {
    errors.push(...faults('metadata.annotations', key, labelKey(key.toLowerCase())))
    size += Buffer.byteLength(key) + Buffer.byteLength(value)
  }
  if (size > ANNOTATIONS_LIMIT) errors.push(tooLong('metadata.annotations', ANNOTATIONS_LIMIT))
  return errors
}

/** What a client may not choose on update: taken from the stored object where the client leaves it out. */
export function keepSystemMetadata(next: JsonObject, old: JsonObject): void {
  const metadata = memberObject(next, 'metadata')
  const before = objectAt(old, 'metadata')
  for (const member of ['creationTimestamp', 'deletionTimestamp', 'generation']) {
    const value = before[member]
    if (value === undefined) delete metadata[member]
    else metadata[member] = value
  }
  const uid = before['uid']
  if (textAt(metadata, 'uid') === '' && uid !== undefined) metadata['uid'] = uid
}

/** name, namespace and uid are immutable; the server reports a changed uid twice, once per pass. */
export function immutableMetadata(next: JsonObject, old: JsonObject): readonly FieldError[] {
  return ['name', 'namespace', 'uid']
    .filter(member => !same(at(next, 'metadata', member), at(old, 'metadata', member)))
    .map(member =>
      invalid(`metadata.${member}`, textAt(next, 'metadata', member), 'field is immutable'),
    )
}
