import { GraphError } from '../errors/graph-error.ts'
import type { Call } from './call.ts'
import { selectFields, type Node } from './fields.ts'
import { findNumber } from './find.ts'
import { requireProduct } from './messages.ts'
import { Param } from './param.ts'
import { findByHandle } from './uploads.ts'

const FIELDS = [
  'about',
  'address',
  'description',
  'email',
  'profile_picture_url',
  'websites',
  'vertical',
  'messaging_product',
]
const VERTICALS = [
  'UNDEFINED',
  'OTHER',
  'AUTO',
  'BEAUTY',
  'APPAREL',
  'EDU',
  'ENTERTAIN',
  'EVENT_PLAN',
  'FINANCE',
  'GROCERY',
  'GOVT',
  'HOTEL',
  'HEALTH',
  'NONPROFIT',
  'PROF_SERVICES',
  'RETAIL',
  'TRAVEL',
  'RESTAURANT',
  'NOT_A_BIZ',
  'ALCOHOL',
  'ONLINE_GAMBLING',
  'PHYSICAL_GAMBLING',
  'OTC_DRUGS',
  '',
]

export function getProfile(call: Call, id: string): object {
  const number = findNumber(call, id)
  const node: Node = {
    ...Object.fromEntries(FIELDS.map((name) => [name, undefined])),
    messaging_product: 'whatsapp',
    ...number.profile,
  }
  const { id: _id, ...profile } = selectFields(
    node,
    call.params['fields'],
    ['messaging_product'],
    'WhatsAppBusinessProfile',
  )
  return { data: [profile] }
}

export function updateProfile(call: Call, id: string): object {
  const number = findNumber(call, id)
  const body = new Param(call.params)
  requireProduct(body)
  const change: Record<string, unknown> = {
    about: body.get('about').optionalText(139, 1),
    address: body.get('address').optionalText(256),
    description: body.get('description').optionalText(512),
    email: body.get('email').optionalText(128),
    vertical: body.get('vertical').exists() ? body.get('vertical').oneOf(VERTICALS) : undefined,
    websites: body.get('websites').exists()
      ? body
          .get('websites')
          .list(0, 2)
          .map((site) => site.text(256))
      : undefined,
    profile_picture_url: pictureOf(call, body.get('profile_picture_handle').optionalText(10_000)),
  }
  for (const [name, value] of Object.entries(change)) if (value !== undefined) number.profile[name] = value
  return { success: true }
}

function pictureOf(call: Call, handle: string | undefined): string | undefined {
  if (handle === undefined) return undefined
  if (!findByHandle(call.simulation.world, handle))
    throw new GraphError(100, { title: 'Param profile_picture_handle is not a valid handle.' })
  return `https://pps.whatsapp.net/v/t61/${encodeURIComponent(handle.slice(-24))}`
}

export function getSettings(call: Call, id: string): object {
  const number = findNumber(call, id)
  return { calling: { status: 'DISABLED' }, storage_configuration: { status: 'DEFAULT' }, ...number.settings }
}

export function updateSettings(call: Call, id: string): object {
  const number = findNumber(call, id)
  const known = ['calling', 'user_identity_change', 'storage_configuration', 'payload_encryption']
  const given = Object.entries(call.params).filter(([name]) => known.includes(name))
  if (given.length === 0) throw new GraphError(100, { title: `One of ${known.join(', ')} is required.` })
  Object.assign(number.settings, Object.fromEntries(given))
  return { success: true }
}
