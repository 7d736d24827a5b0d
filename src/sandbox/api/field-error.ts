// Errors of fields, in the words of k8s.io/apimachinery/pkg/util/validation/field/errors.go.
import type { Json, JsonObject } from './json-values.ts'

export interface FieldError {
  readonly reason: string
  readonly field: string
  /** What follows `<field>: `. */
  readonly message: string
}

function withDetail(start: string, detail: string): string {
  return detail === '' ? start : `${start}: ${detail}`
}

/** `value` is shown as JSON. */
export function invalid(field: string, value: Json, detail: string): FieldError {
  const message = withDetail(`Invalid value: ${JSON.stringify(value)}`, detail)
  return { reason: 'FieldValueInvalid', field, message }
}

export function required(field: string, detail = ''): FieldError {
  return { reason: 'FieldValueRequired', field, message: withDetail('Required value', detail) }
}

export function duplicate(field: string, value: Json): FieldError {
  const message = `Duplicate value: ${JSON.stringify(value)}`
  return { reason: 'FieldValueDuplicate', field, message }
}

export function notSupported(field: string, value: Json, supported: readonly string[]): FieldError {
  const list = [...supported].sort().map(item => JSON.stringify(item))
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list.join(', ')}`
  return { reason: 'FieldValueNotSupported', field, message }
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { reason: 'FieldValueForbidden', field, message: withDetail('Forbidden', detail) }
}

export function tooLong(field: string, limit: number): FieldError {
  const message = `Too long: may not be more than ${limit} bytes`
  return { reason: 'FieldValueTooLong', field, message }
}

/** One error plain, several in brackets, each text once. */
export function errorText(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(error => `${error.field}: ${error.message}`))]
  const [first] = texts
  return texts.length === 1 && first !== undefined ? first : `[${texts.join(', ')}]`
}

export function causes(errors: readonly FieldError[]): JsonObject[] {
  return errors.map(({ reason, message, field }) => ({ reason, message, field }))
}
