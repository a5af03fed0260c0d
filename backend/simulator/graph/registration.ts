import { GraphError, missingParameter } from '../errors/graph-error.ts'
import type { PhoneNumber } from '../world/world.ts'
import type { Call } from './call.ts'
import { findNumber } from './find.ts'
import { requireProduct } from './messages.ts'
import { Param } from './param.ts'

const LIMIT = 10
const LIMIT_MS = 72 * 3_600_000

export function registerNumber(call: Call, id: string): object {
  const number = findNumber(call, id)
  requireProduct(new Param(call.params))
  const pin = requirePin(call.params['pin'])
  countAttempt(call, number)
  if (number.codeVerificationStatus !== 'VERIFIED') throw new GraphError(133006)
  if (number.pin !== undefined && number.pin !== pin) throw new GraphError(133005)
  number.pin = pin
  number.status = 'CONNECTED'
  number.platformType = 'CLOUD_API'
  number.throughputLevel = number.throughputLevel === 'NOT_APPLICABLE' ? 'STANDARD' : number.throughputLevel
  return { success: true }
}

export function deregisterNumber(call: Call, id: string): object {
  const number = findNumber(call, id)
  if (number.isOnBusinessApp)
    throw new GraphError(100, { title: 'A number in use with the WhatsApp Business app cannot be deregistered.' })
  countAttempt(call, number)
  number.status = 'DISCONNECTED'
  number.platformType = 'NOT_APPLICABLE'
  return { success: true }
}

export function setPin(number: PhoneNumber, pin: unknown): object {
  number.pin = requirePin(pin)
  return { success: true }
}

export function requestCode(call: Call, id: string): object {
  const number = findNumber(call, id)
  const body = new Param(call.params)
  body.get('code_method').oneOf(['SMS', 'VOICE'])
  body.get('language').text(10)
  if (number.codeVerificationStatus === 'VERIFIED') {
    throw new GraphError(136024, { details: 'The phone number is verified already.' })
  }
  number.verificationCode = '123456'
  return { success: true }
}

export function verifyCode(call: Call, id: string): object {
  const number = findNumber(call, id)
  const code = new Param(call.params).get('code').text(20)
  if (number.verificationCode === undefined || code.replaceAll('-', '') !== number.verificationCode) {
    throw new GraphError(136025, {
      title: 'Verify code error',
      status: 400,
      details: 'The code is wrong or has expired. Request a new one.',
    })
  }
  number.verificationCode = undefined
  number.codeVerificationStatus = 'VERIFIED'
  return { success: true, id: number.id }
}

function requirePin(pin: unknown): string {
  if (pin === undefined) throw missingParameter('pin')
  if (!/^\d{6}$/.test(String(pin))) throw new GraphError(100, { title: 'Param pin must be 6 characters long.' })
  return String(pin)
}

function countAttempt(call: Call, number: PhoneNumber): void {
  const now = call.simulation.clock.now()
  number.registrations = number.registrations.filter((at) => now - at < LIMIT_MS)
  if (number.registrations.length >= LIMIT) throw new GraphError(133016)
  number.registrations.push(now)
}
