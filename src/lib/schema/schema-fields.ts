// The fields of a zod schema at a path: the candidates of "did you mean".
import { z } from 'zod'
import type { Path } from '../source/located-values.ts'

/** Names of the fields of the object at the path, in the schema's order; empty if it is not an object. */
export function fieldsAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  const [step, ...rest] = path
  const inner = unwrapped(schema)
  if (step === undefined) return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
  const below = memberOf(inner, step)
  return below === null ? [] : fieldsAt(below, rest)
}

function memberOf(schema: z.core.$ZodType, step: string | number): z.core.$ZodType | null {
  if (schema instanceof z.ZodArray) return schema.element
  if (schema instanceof z.ZodRecord) return schema.valueType
  if (!(schema instanceof z.ZodObject)) return null
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape
  return shape[step] ?? null
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return unwrapped(schema.def.innerType)
  }
  return schema instanceof z.ZodPipe ? unwrapped(schema.def.in) : schema
}
