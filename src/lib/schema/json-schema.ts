// The JSON Schema (draft 2020-12) of a zod schema: editors complete and check with it.
import { z } from 'zod'

const HOME = 'https://countersign.dev/schema'

/** The text of a schema file. `file` is its name below schema/, and also the end of its $id. */
export function jsonSchemaText(
  schema: z.ZodType,
  about: { readonly file: string; readonly title: string },
): string {
  const { $schema, ...body } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ jsonSchema }) => {
      // zod adds its own bound of whole numbers, which is no rule of the field
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
    },
  })
  const whole = { $schema, $id: `${HOME}/${about.file}`, title: about.title, ...body }
  return `${JSON.stringify(whole, null, 2)}\n`
}
