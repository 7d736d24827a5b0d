// Refinements that several schemas share. Each reports its faults to the value that is checked.
import { z } from 'zod'
import type { NonEmpty } from '../../domain/problem.ts'
import { isNonEmpty } from '../../domain/problem.ts'
import { quoted } from '../source/hidden-characters.ts'
import { fault } from './check-schema.ts'
import type { ShapeFault } from './check-schema.ts'

/** Reports that a value cannot be converted. The transform must return the result at once. */
export function refuseValue(context: z.RefinementCtx, why: ShapeFault): never {
  context.addIssue(fault(why))
  return z.NEVER
}

/** The one member that is present, for a choice of kinds. Refuses the value, and returns `z.NEVER`, if there are none or several. */
export function exactlyOne<T>(
  members: readonly (T | undefined)[],
  context: z.RefinementCtx,
  otherwise: ShapeFault,
): T {
  const [only, ...more] = members.filter(member => member !== undefined)
  return only !== undefined && more.length === 0 ? only : refuseValue(context, otherwise)
}

/** The namespaces in which `what` is bound, null for the whole cluster. Refuses both and neither. */
export function boundIn(
  what: string,
  { namespaces, cluster }: { namespaces: readonly string[] | null; cluster?: true | undefined },
  context: z.RefinementCtx,
): NonEmpty<string> | null {
  const named = namespaces ?? []
  if (isNonEmpty(named) && cluster === undefined) return named
  if (!isNonEmpty(named) && cluster === true) return null
  const message = `${what} is bound either in namespaces or in the whole cluster`
  const hint = 'write namespaces: [NAME], or cluster: true'
  return refuseValue(context, { message, hint, atKey: true })
}

/** A fault for the second and later of equal keys. */
export function refuseRepeats(
  keys: readonly unknown[],
  context: z.RefinementCtx,
  faultOf: (index: number) => ShapeFault,
): void {
  keys.forEach((key, index) => {
    if (keys.indexOf(key) < index) context.addIssue(fault(faultOf(index)))
  })
}

/** Refuses repeated texts, each at its own place. */
export function eachOnce(texts: readonly string[], context: z.RefinementCtx): void {
  refuseRepeats(texts, context, index => ({
    path: [index],
    message: `${quoted(texts[index] ?? '')} is given twice`,
    hint: 'keep one',
  }))
}

/** A list without repeats, whatever its texts have to be. */
export function uniqueList<T extends string>(item: z.ZodType<T, string>) {
  return z.array(item).superRefine(eachOnce).meta({ uniqueItems: true })
}
