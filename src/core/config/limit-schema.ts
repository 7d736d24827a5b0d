// The schema of the limits, rotation and exceptions parts of countersign.yaml.
import { z } from 'zod'
import type { Limit } from '../../domain/request/config.ts'
import { WEEKDAYS } from '../../domain/request/config.ts'
import { WAIVABLE } from '../../domain/request/policy.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { orElse, orNull } from '../../lib/schema/absent-members.ts'
import { fault } from '../../lib/schema/check-schema.ts'
import { refuseValue, uniqueList } from '../../lib/schema/refinements.ts'
import { ONE_LINE, PATH_PATTERN, text, textList } from '../../lib/schema/text-rules.ts'

const PERCENT = /^(\d{1,3})%$/

/** A whole number, or a percentage such as 10%. */
const limit = z
  .union([z.int().min(0), z.string()])
  .transform((said, context): Limit => {
    if (typeof said === 'number') return { kind: 'count', count: said }
    const percent = percentOf(said)
    if (percent !== null) return { kind: 'percent', percent }
    const message = `${quoted(said)} is neither a number nor a share such as 10%`
    return refuseValue(context, { message })
  })
  .meta({
    type: undefined,
    anyOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', pattern: PERCENT.source },
    ],
  })

const DIGEST = {
  pattern: /^sha256:[0-9a-f]{64}$/,
  says: 'is not sha256: and 64 lower-case hex digits',
}

export const limits = z
  .strictObject({
    maxIssue: orElse(limit, { kind: 'count', count: 50 }).describe(
      'Most certificates issued in one run; 50 where absent',
    ),
    maxRenew: orElse(limit, { kind: 'count', count: 500 }).describe(
      'Most renewals in one run; 500 where absent',
    ),
    maxWithdraw: orElse(limit, { kind: 'percent', percent: 10 }).describe(
      'Most withdrawals in one run; 10% where absent',
    ),
    lifted: orElse(textList(DIGEST), []).describe(
      'Digests of runs that may exceed the limits, as the refusal prints them',
    ),
  })
  .describe('How much one run may change')

/** A number alone is taken so that its refusal can say how to write it. */
const jitter = z
  .union([z.string(), z.number()])
  .transform((said, context) => {
    const percent = percentOf(`${said}`)
    if (percent !== null && percent <= 50) return percent
    const message = `${quoted(`${said}`)} is not a share from 0% to 50%`
    const meant = percentOf(`${said}%`) ?? 51
    return refuseValue(context, { message, hint: `write ${meant <= 50 ? meant : 10}%` })
  })
  .meta({ anyOf: undefined, pattern: PERCENT.source, type: 'string' })

const HOURS = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/

const hours = z
  .string()
  .transform((said, context) => {
    const [from = NaN, fromMinute = NaN, to = NaN, toMinute = NaN] =
      HOURS.exec(said)?.slice(1).map(Number) ?? []
    if (!Number.isNaN(from)) return { from: from * 60 + fromMinute, to: to * 60 + toMinute }
    const hint = 'write the hours as 22:00-06:00'
    return refuseValue(context, { message: `${quoted(said)} is not HH:MM-HH:MM`, hint })
  })
  .meta({ pattern: HOURS.source })

const timezone = z.string().superRefine((said, context) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: said }).format()
  } catch {
    const hint = 'write a name such as Europe/Berlin or UTC'
    context.addIssue(fault({ message: `${quoted(said)} is not a time zone`, hint }))
  }
})

const renewAt = z
  .strictObject({
    days: orElse(uniqueList(z.enum(WEEKDAYS)).min(1), [...WEEKDAYS]).describe(
      'Days on which the hours begin; each day where absent',
    ),
    hours: orElse(hours, { from: 0, to: 0 }).describe(
      'Such as 22:00-06:00; the whole day where absent, or where both times are the same',
    ),
    timezone: orElse(timezone, 'UTC').describe('Time zone of the hours; UTC where absent'),
  })
  .transform(({ days, hours: { from, to }, timezone }) => ({ days, from, to, timezone }))

export const rotation = z
  .strictObject({
    jitter: orElse(jitter, 10).describe(
      'How far renewals of one moment are spread; 10% where absent',
    ),
    renewAt: orNull(renewAt).describe(
      'Hours in which certificates are renewed; any hour where absent. It is not waited for if half of renewBefore is left',
    ),
  })
  .describe('When certificates are renewed')
  .transform(({ jitter: jitterPercent, renewAt: window }) => ({ jitterPercent, window }))

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/

const day = z
  .string()
  .superRefine((said, context) => {
    const time = DAY.test(said) ? Date.parse(`${said}T00:00:00Z`) : Number.NaN
    // Date.parse reads 30 February as 2 March
    if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(said)) return
    context.addIssue(fault({ message: `${quoted(said)} is not a day: YYYY-MM-DD` }))
  })
  .meta({ format: 'date' })

export const exceptions = z
  .array(
    z
      .strictObject({
        code: z.enum(WAIVABLE).describe('Code of the refusal that is waived'),
        paths: orElse(textList(PATH_PATTERN), []).describe('Request files it is waived for'),
        values: orElse(textList(ONE_LINE), []).describe('Values it is waived for'),
        until: day.describe('Last day of the exception (UTC)'),
        reason: text(ONE_LINE).describe('Why, for later readers'),
      })
      .superRefine(({ paths, values }, context) => {
        if (paths.length === 0 && values.length === 0)
          context.addIssue(fault({ message: 'an exception names paths or values' }))
        if (values.includes('*'))
          context.addIssue(
            fault({
              message: '"*" would waive everything; name values or their beginnings',
              path: ['values'],
            }),
          )
      }),
  )
  .describe('Refusals that are waived for a while')

function percentOf(text: string): number | null {
  const digits = PERCENT.exec(text)?.[1]
  const percent = digits === undefined ? null : Number(digits)
  return percent !== null && percent <= 100 ? percent : null
}
