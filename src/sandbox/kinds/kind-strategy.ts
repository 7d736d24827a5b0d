// What is particular to one kind: the registry asks, each kind answers.
import type { FieldError } from '../api/field-error.ts'
import type { JsonObject } from '../api/json-values.ts'
import { validateMetadata } from '../api/metadata.ts'
import type { NameRule } from '../api/object-name-rules.ts'
import type { Resource } from '../api/resources.ts'
import type { User } from '../authorization/api-users.ts'

/** Who asks, and the object's place in the URL. */
export interface Asked {
  readonly resource: Resource
  readonly user: User
  readonly namespace: string
  readonly name: string
}

export interface Strategy {
  readonly nameRule: NameRule
  /** Members a client's apply or update never owns, as dotted paths; `''` is the main resource. */
  readonly resetFields: Readonly<Record<string, readonly string[]>>
  /** Fields a list or watch may select by, besides metadata.name and metadata.namespace. */
  selectableFields(object: JsonObject): Readonly<Record<string, string>>
  /** The text of the 400 for a field that cannot be selected by. */
  unknownField(field: string): string
  /** Conversions that happen at decoding. */
  convert(object: JsonObject): void
  /** Throws before anything is validated; `old` is null for a creation. */
  precheck(next: JsonObject, old: JsonObject | null, asked: Asked): void
  prepareForCreate(object: JsonObject, user: User): void
  validate(object: JsonObject): readonly FieldError[]
  /** Throws a 403. */
  admitCreate(object: JsonObject, user: User): void
  prepareForUpdate(next: JsonObject, old: JsonObject, subresource: string): void
  validateUpdate(next: JsonObject, old: JsonObject, subresource: string): readonly FieldError[]
  /** Throws a 403. */
  admitUpdate(next: JsonObject, old: JsonObject, subresource: string, user: User): void
  /** Texts of Warning headers. */
  warnings(object: JsonObject): readonly string[]
}

/** A kind without anything of its own; others start from it. */
export const PLAIN: Omit<Strategy, 'nameRule' | 'validate'> = {
  resetFields: {},
  selectableFields: () => ({}),
  unknownField: field =>
    `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
  convert: () => undefined,
  precheck: () => undefined,
  prepareForCreate: () => undefined,
  admitCreate: () => undefined,
  prepareForUpdate: () => undefined,
  validateUpdate: () => [],
  admitUpdate: () => undefined,
  warnings: () => [],
}

export function plainStrategy(nameRule: NameRule): Strategy {
  return { ...PLAIN, nameRule, validate: object => validateMetadata(object, nameRule) }
}
