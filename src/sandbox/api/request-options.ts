// Query parameters of writes: dryRun, fieldManager, fieldValidation, force (k8s.io/apimachinery/pkg/apis/meta/v1/validation).
import { forbiddenField, notSupported, required } from './field-error.ts'
import type { FieldError } from './field-error.ts'
import { invalidOptions } from '../kinds/status-error.ts'

export interface WriteOptions {
  readonly isDryRun: boolean
  readonly manager: string
  readonly isStrict: boolean
  readonly warnsUnknownFields: boolean
  readonly force: boolean
}

export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions'

/** Throws a 422 that names every option that is wrong. */
export function writeOptions(
  kind: OptionsKind,
  query: URLSearchParams,
  userAgent: string,
  isApply = false,
): WriteOptions {
  const errors: FieldError[] = [
    ...forceErrors(kind, query, isApply),
    ...dryRunErrors(query),
    ...fieldValidationErrors(query),
  ]
  if (errors.length > 0) throw invalidOptions(kind, errors)
  const validation = query.get('fieldValidation') ?? ''
  return {
    isDryRun: query.get('dryRun') === 'All',
    manager: query.get('fieldManager') ?? managerOf(userAgent),
    isStrict: validation === 'Strict',
    warnsUnknownFields: validation === '' || validation === 'Warn',
    force: query.get('force') === 'true',
  }
}

function managerOf(userAgent: string): string {
  const name = userAgent.split('/')[0] ?? ''
  return name === '' ? 'unknown' : name
}

function forceErrors(
  kind: OptionsKind,
  query: URLSearchParams,
  isApply: boolean,
): readonly FieldError[] {
  if (kind !== 'PatchOptions') return []
  if (isApply) {
    return (query.get('fieldManager') ?? '') === ''
      ? [required('fieldManager', 'is required for apply patch')]
      : []
  }
  return query.has('force')
    ? [forbiddenField('force', 'may not be specified for non-apply patch')]
    : []
}

function dryRunErrors(query: URLSearchParams): readonly FieldError[] {
  const values = query.getAll('dryRun').filter(value => value !== '')
  return values.every(value => value === 'All') ? [] : [notSupported('dryRun', values, ['All'])]
}

function fieldValidationErrors(query: URLSearchParams): readonly FieldError[] {
  const value = query.get('fieldValidation') ?? ''
  const known = ['', 'Ignore', 'Strict', 'Warn']
  return known.includes(value) ? [] : [notSupported('fieldValidation', value, known)]
}
