import { type Fate, scheduleStatuses } from '../../webhooks/statuses.ts'
import type { PhoneNumber, Template } from '../../world/world.ts'
import type { Call } from '../call.ts'
import type { CheckedContent } from './content.ts'
import type { Recipient } from './recipient.ts'

export interface Accepted {
  number: PhoneNumber
  recipient: Recipient
  type: string
  opaque?: string
  template?: Template
  content: CheckedContent
  lateFailure?: { code: number; details?: string }
}

/** From here on the message exists: it is in the ledger, and its statuses are planned. */
export function acceptMessage(call: Call, message: Accepted): object {
  const { simulation, fault } = call
  const { number, recipient, type, template } = message
  const { customer } = recipient
  const at = simulation.clock.now()
  const wamid = simulation.ids.wamid(customer.phone ?? '', 'out')
  simulation.world.messages.set(wamid, {
    wamid,
    direction: 'out',
    phoneNumberId: number.id,
    customerId: customer.userId,
    type,
    at,
    sentToPhone: recipient.sentToPhone,
    opaque: message.opaque,
  })
  simulation.ledger.accept({
    wamid,
    at,
    phoneNumberId: number.id,
    recipient: recipient.groupId ?? (recipient.sentToPhone ? (customer.phone ?? recipient.input) : customer.userId),
    type,
    opaque: message.opaque,
    template: template?.name,
    body: call.params,
  })
  call.record.wamid = wamid
  scheduleStatuses(
    simulation,
    {
      wamid,
      number,
      customer,
      sentToPhone: recipient.sentToPhone,
      type,
      isVoice: message.content.isVoice,
      template,
      opaque: message.opaque,
      groupId: recipient.groupId,
    },
    fateOf(call, message),
  )
  return {
    messaging_product: 'whatsapp',
    contacts: [
      recipient.sentToPhone
        ? { input: recipient.input, wa_id: recipient.groupId ?? customer.phone }
        : { input: recipient.input, user_id: customer.userId },
    ],
    messages: [
      {
        id: wamid,
        ...(recipient.groupId ? { group_id: recipient.groupId } : {}),
        ...(template
          ? { message_status: fault?.kind === 'held' ? (fault.status ?? 'held_for_quality_assessment') : 'accepted' }
          : {}),
      },
    ],
  }
}

function fateOf(call: Call, message: Accepted): Fate {
  const { fault } = call
  if (fault?.kind === 'noStatuses' || fault?.kind === 'held') return { kind: 'silent' }
  if (fault?.kind === 'failedStatus') return { kind: 'failed', code: fault.code, details: fault.details }
  return message.lateFailure ? { kind: 'failed', ...message.lateFailure } : { kind: 'normal' }
}
