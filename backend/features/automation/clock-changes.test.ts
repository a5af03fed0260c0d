import { describe, expect, test } from 'vitest'
import type { BusinessHours } from '../../contract/business-hours.ts'
import { day, hour, minute } from '../../platform/clock.ts'
import { addDays, dayOf, startOfDay } from '../message-days/zone.ts'
import { instantOf, nextOpening, wallClock } from './opening.ts'

const zones = [
  'Europe/Berlin',
  'America/New_York',
  // Half an hour.
  'Australia/Lord_Howe',
  // Gave it up in 2019.
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Pacific/Kiritimati',
]
const [first, last] = [Date.UTC(2018, 0, 1), Date.UTC(2037, 11, 31)]

const offsetOf = (zone: string, at: number) => {
  const { date, time } = wallClock(zone, new Date(at))
  return Date.parse(`${date}T${time}:00Z`) - at
}

/** The first minute of each new offset. */
function changesOf(zone: string): number[] {
  const changes: number[] = []
  for (let at = first; at < last; at += 7 * day) {
    let [before, after] = [at, at + 7 * day]
    if (offsetOf(zone, before) === offsetOf(zone, after)) continue
    while (after - before > minute) {
      const middle = before + Math.floor((after - before) / minute / 2) * minute
      if (offsetOf(zone, middle) === offsetOf(zone, before)) before = middle
      else after = middle
    }
    changes.push(after)
  }
  return changes
}

describe.each(zones)('when clocks change in %s', (zone) => {
  const changes = changesOf(zone)
  // Zones without changes are looked at on some day all the same.
  const moments = changes.length > 0 ? changes : [Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1)]

  test('they were all found', () => {
    const expected: { [name: string]: number } = {
      'Europe/Berlin': 40,
      'America/New_York': 40,
      'Australia/Lord_Howe': 40,
      'America/Sao_Paulo': 3,
      'Asia/Kolkata': 0,
      'Pacific/Kiritimati': 0,
    }
    expect(changes.length).toBe(expected[zone])
  })

  test('every time of the day is one moment: the first of two, or the end of the gap', () => {
    for (const change of moments) {
      for (let wall = change + offsetOf(zone, change) - 4 * hour; wall < change + offsetOf(zone, change) + 4 * hour;) {
        const asked = new Date(wall).toISOString()
        const found = instantOf(zone, asked.slice(0, 10), asked.slice(11, 16)).getTime()
        const shown = found + offsetOf(zone, found)
        // A time in the gap is the moment at which the clock jumps over it.
        expect(shown === wall || (found === change && shown > wall)).toBe(true)
        for (let earlier = found - 15 * minute; earlier > found - 3 * hour; earlier -= 15 * minute)
          expect(earlier + offsetOf(zone, earlier)).not.toBe(wall)
        wall += 15 * minute
      }
    }
  })

  test('days follow each other without a gap, and each begins where its date begins', () => {
    for (const change of moments) {
      let date = dayOf(new Date(change - 3 * day), zone)
      for (let turn = 0; turn < 6; turn++) {
        const start = startOfDay(date, zone)
        expect(dayOf(start, zone)).toBe(date)
        expect(dayOf(new Date(start.getTime() - 1), zone)).toBe(addDays(date, -1))
        const length = startOfDay(addDays(date, 1), zone).getTime() - start.getTime()
        expect([23, 23.5, 24, 24.5, 25]).toContain(length / hour)
        date = addDays(date, 1)
      }
    }
  })

  test.each(['00:00', '01:45', '02:30', '09:00', '23:45'])('a shop that opens at %s opens once a day', (from) => {
    const everyDay = [{ from, to: '24:00' }]
    const names = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
    const week = Object.fromEntries(names.map((name) => [name, everyDay])) as BusinessHours['week']
    const hours = { enabled: true, timeZone: zone, week, holidays: [] }
    for (const change of moments) {
      let date = dayOf(new Date(change - 2 * day), zone)
      for (let turn = 0; turn < 4; turn++) {
        const opening = instantOf(zone, date, from)
        expect(nextOpening(hours, opening)).toEqual(opening)
        expect(dayOf(opening, zone)).toBe(date)
        date = addDays(date, 1)
      }
    }
  })
})
