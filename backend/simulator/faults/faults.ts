import type { Random } from '../ids.ts'
import { digitsOf } from '../world/world.ts'
import { type Fault, FAULT_KINDS, type FaultMatch, type FaultRule } from './fault.ts'

export interface RequestFacts {
  target: string
  method: string
  phoneNumberId?: string
  recipient?: string
  messageType?: string
}

interface ActiveRule extends FaultRule {
  id: number
  hits: number
}

export interface Faults {
  /** Adds a rule and returns its number. The oldest matching rule wins. */
  add(rule: FaultRule): number
  remove(id: number): void
  clear(): void
  list(): ActiveRule[]
  /** The fault this request has to suffer, if any; uses up one of the rule's times. */
  take(request: RequestFacts): Fault | undefined
}

export function createFaults(random: Random): Faults {
  let rules: (ActiveRule & { left: number; skipLeft: number })[] = []
  let count = 0
  return {
    add(rule) {
      if (!FAULT_KINDS.includes(rule.fault?.kind)) throw new RangeError(`A fault is one of: ${FAULT_KINDS.join(', ')}.`)
      count += 1
      const left = rule.times === 'always' ? Infinity : (rule.times ?? 1)
      rules.push({ ...rule, id: count, hits: 0, left, skipLeft: rule.skip ?? 0 })
      return count
    },
    remove(id) {
      rules = rules.filter((rule) => rule.id !== id)
    },
    clear() {
      rules = []
    },
    list: () => rules.map(({ left: _left, skipLeft: _skipLeft, ...rule }) => rule),
    take(request) {
      for (const rule of rules) {
        if (rule.left <= 0 || !isMatch(rule.match ?? {}, request)) continue
        if (rule.skipLeft > 0) {
          rule.skipLeft -= 1
          continue
        }
        if (random() >= (rule.probability ?? 1)) continue
        rule.left -= 1
        rule.hits += 1
        return rule.fault
      }
      return undefined
    },
  }
}

function isMatch(match: FaultMatch, request: RequestFacts): boolean {
  const on = match.on ?? 'send'
  return (
    (on === 'any' || on === request.target) &&
    (match.method === undefined || match.method.toUpperCase() === request.method) &&
    (match.phoneNumberId === undefined || match.phoneNumberId === request.phoneNumberId) &&
    (match.messageType === undefined || match.messageType === request.messageType) &&
    (match.recipient === undefined || isSameRecipient(match.recipient, request.recipient))
  )
}

const isSameRecipient = (wanted: string, actual: string | undefined): boolean =>
  actual !== undefined && (wanted === actual || (digitsOf(wanted) !== '' && digitsOf(wanted) === digitsOf(actual)))
