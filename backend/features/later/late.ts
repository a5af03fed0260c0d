import { hour } from '../../platform/clock.ts'

/*
 * What becomes of things whose moment passed while Parley was not running, or when the clock was set forward:
 *
 * - planned messages: go out if they are at most an hour late; else they are held, and the person who planned them is told
 * - follow-ups, and rules that write to customers: at most three hours, then they are skipped, which their log says
 * - reminders, snoozed chats, rules that only tell colleagues: happen as soon as they can, they do no harm
 */
export const mostLate = { planned: hour, automatic: 3 * hour }

export const isTooLate = (due: Date | string, now: Date, most: number): boolean =>
  now.getTime() - new Date(due).getTime() > most
