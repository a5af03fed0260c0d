/*
 * The practice customer speaks Meta's own wire format, so that everything a real customer does takes the same way through
 * Parley: signed webhook, durable delivery, worker, inbox. Shapes as in Meta's documentation of the messages webhook.
 */
export const customer = { name: 'Ana (practice customer)', phone: '15550100001' }

/** The numbers 555-0100 to 555-0199 belong to nobody. */
export const practiceBusinessPhone = '+15550100000'

type Number = { phoneNumberId: string; at: Date }

const seconds = (at: Date) => String(Math.floor(at.getTime() / 1000))

function envelope({ phoneNumberId }: Number, value: object) {
  return {
    object: 'whatsapp_business_account',
    entry: [
      {
        id: `practice-${phoneNumberId}`,
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: practiceBusinessPhone.slice(1), phone_number_id: phoneNumberId },
              ...value,
            },
          },
        ],
      },
    ],
  }
}

/** A text of the customer. */
export function textWebhook(number: Number, message: { id: string; text: string }) {
  return envelope(number, {
    contacts: [{ profile: { name: customer.name }, wa_id: customer.phone }],
    messages: [
      {
        from: customer.phone,
        id: message.id,
        timestamp: seconds(number.at),
        type: 'text',
        text: { body: message.text },
      },
    ],
  })
}

/** The phone of the customer says how far one of our messages got. */
export function statusWebhook(number: Number, message: { id: string; opaque: string | undefined; status: string }) {
  return envelope(number, {
    statuses: [
      {
        id: message.id,
        status: message.status,
        timestamp: seconds(number.at),
        recipient_id: customer.phone,
        ...(message.opaque ? { biz_opaque_callback_data: message.opaque } : {}),
      },
    ],
  })
}
