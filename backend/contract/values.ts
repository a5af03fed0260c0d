import * as z from 'zod'

/** `con_…`: a prefix for the kind, then time and randomness. */
export const Id = z.string().min(1).max(80)
/** ISO 8601 in UTC with milliseconds. */
export const Instant = z.string()
export type Instant = string

/** A day of the calendar that somebody chose. */
export const DayInput = z.iso
  .date('Write a day such as 2026-01-31.')
  .refine((text) => text >= '1970' && text < '3000', 'Choose a day between 1970 and 2999.')

/** A moment that somebody chose, as `Instant` afterwards. Outside these years it is a slip of the hand. */
export const InstantInput = z.iso
  .datetime('Write a date and time such as 2026-01-31T09:00:00Z.')
  .refine((text) => text >= '1970' && text < '3000', 'Choose a date between 1970 and 2999.')
  .transform((text) => new Date(text).toISOString())

/** Refuses what neither store can keep alike: NUL and halves of surrogate pairs. */
export const CleanText = z
  .string()
  .refine((text) => !text.includes('\u0000') && text.isWellFormed(), 'Contains characters that cannot be stored.')

/** A short text a person typed, put on one line as a table or a mail has it: trimmed, not empty. */
export const Label = CleanText.overwrite((text) => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '))
  .trim()
  .min(1)
  .max(120)

/** A telephone number as people write it; the server keeps it as `+` and digits. */
export const PhoneInput = CleanText.trim()
  .min(5)
  .max(32)
  .regex(/^\+?[0-9 ().\-/]+$/, 'Use the international format, for example +55 11 98765-4321.')

export const Currency = CleanText.trim().regex(/^[A-Z]{3}$/, 'Use a currency code such as EUR.')

export const Tag = CleanText.trim().min(1).max(40)

export const pageLimit = { default: 20, max: 100 }

/** A page is asked for by cursor (fast at any depth) or, for people who count, by number. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(pageLimit.max).default(pageLimit.default),
  cursor: z.string().max(300).optional(),
  page: z.coerce.number().int().min(1).max(10_000).optional(),
})
export type PageQuery = z.output<typeof PageQuery>

/** `page`, `total` and `totalPages` come only when the request named a `page`. */
export const Pagination = z.object({
  limit: z.number(),
  nextCursor: z.string().nullable(),
  page: z.number().optional(),
  total: z.number().optional(),
  totalPages: z.number().optional(),
})
export type Pagination = z.infer<typeof Pagination>

/** `true`, `false`, `1`, `0` in a query string. */
export const QueryFlag = z.stringbool()
