import { setImmediate as nextTurn } from 'node:timers/promises'
import { hour, minute } from '../../platform/clock.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Message } from '../../model/index.ts'

type Messages = Pick<Context['store']['messages'], 'find'>
type Asked = { search: string; limit: number; after?: { value: string | number | boolean | null; id: string } }

/** A slice should take about this long; meanwhile nobody else is answered. */
const shortMs = 8
const longMs = 25

/**
 * The latest messages that have the words, looked for stretch by stretch back in time. A store in memory reads a million
 * texts in half a second, and while one search does that, nothing else may have to wait.
 */
export async function findInSlices(messages: Messages, { search, limit, after }: Asked): Promise<Message[]> {
  const [oldest] = await messages.find({ sort: ['sentAt', 'asc'], limit: 1 })
  const [newest] = await messages.find({ sort: ['sentAt', 'desc'], limit: 1 })
  if (!oldest || !newest) return []
  if (after && Number.isNaN(Date.parse(String(after.value)))) throw new AppError('request.cursor_invalid')
  const end = Date.parse(oldest.sentAt)
  const found: Message[] = []
  let before = after ? String(after.value) : newest.sentAt
  let isFirst = true
  let span: number = hour
  while (isFirst || (found.length < limit && before > oldest.sentAt)) {
    const from = new Date(Math.max(Date.parse(before) - span, end)).toISOString()
    const started = performance.now()
    const rows = await messages.find({
      // The first stretch ends with the place to go on from, the others where the one before began.
      where: { sentAt: isFirst ? { gte: from, lte: before } : { gte: from, lt: before } },
      search,
      sort: ['sentAt', 'desc'],
      limit: limit - found.length,
      ...(isFirst && after ? { after } : {}),
    })
    found.push(...rows)
    const took = performance.now() - started
    if (took < shortMs) span *= 2
    else if (took > longMs) span = Math.max(span / 2, minute)
    before = from
    isFirst = false
    await nextTurn()
  }
  return found
}
