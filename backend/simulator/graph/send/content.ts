import { GraphError, invalidParameter } from '../../errors/graph-error.ts'
import type { Media, PhoneNumber } from '../../world/world.ts'
import type { Call } from '../call.ts'
import type { Param } from '../param.ts'
import { checkInteractive } from './interactive.ts'

const MB = 1024 * 1024
const MEDIA_DAYS = 30

export interface CheckedContent {
  isVoice?: boolean
  /** Found only while processing, so the message is accepted and fails later. */
  failsWith?: { code: number; details: string }
}

type Check = (call: Call, number: PhoneNumber, part: Param) => CheckedContent

const media =
  (rules: { mime: RegExp; maxBytes: number; caption: boolean; filename?: boolean }): Check =>
  (call, number, part) => {
    if (rules.caption) part.get('caption').optionalText(1024)
    else part.get('caption').forbid('is not supported for this type.')
    if (rules.filename) part.get('filename').optionalText(240)
    const stored = mediaReference(call, number, part)
    const isVoice = part.get('voice').optionalBoolean() ?? false
    const problem = stored && unfitFor(stored, rules, isVoice)
    return { isVoice, failsWith: problem ? { code: 131053, details: problem } : undefined }
  }

const CHECKS: Record<string, Check> = {
  text: (_call, _number, part) => {
    part.get('body').text(4096)
    part.get('preview_url').optionalBoolean()
    return {}
  },
  image: media({ mime: /^image\/(jpeg|png)$/, maxBytes: 5 * MB, caption: true }),
  video: media({ mime: /^video\/(mp4|3gpp?)$/, maxBytes: 16 * MB, caption: true }),
  audio: media({ mime: /^audio\/(aac|amr|mpeg|mp4|ogg)/, maxBytes: 16 * MB, caption: false }),
  document: media({ mime: /./, maxBytes: 100 * MB, caption: true, filename: true }),
  sticker: media({ mime: /^image\/webp$/, maxBytes: 500 * 1024, caption: false }),
  location: (_call, _number, part) => {
    part.get('latitude').number(-90, 90)
    part.get('longitude').number(-180, 180)
    part.get('name').optionalText(1000)
    part.get('address').optionalText(1000)
    return {}
  },
  contacts: (_call, _number, part) => {
    for (const card of part.list(1, 257)) card.get('name').object().get('formatted_name').text(1000)
    return {}
  },
  reaction: (_call, _number, part) => {
    part.get('message_id').text(500)
    part.get('emoji').text(100, 0)
    return {}
  },
  interactive: (call, number, part) => {
    checkInteractive(part.object(), (header) => void mediaReference(call, number, header))
    return {}
  },
  pin: (_call, _number, part) => {
    part.get('type').oneOf(['pin', 'unpin'])
    part.get('message_id').text(500)
    return {}
  },
}

export const CONTENT_TYPES = [...Object.keys(CHECKS), 'template'].toSorted()

export function checkContent(call: Call, number: PhoneNumber, type: string, body: Param): CheckedContent {
  const part = body.get(type)
  if (!part.exists()) throw invalidParameter('Invalid parameter', `Parameter '${type}' is mandatory for type '${type}'`)
  const check = CHECKS[type]
  if (!check) throw new GraphError(131051)
  return check(call, number, type === 'contacts' ? part : part.object())
}

/** Exactly one of id and link. An id must be alive and belong to this number. */
export function mediaReference(call: Call, number: PhoneNumber, part: Param): Media | undefined {
  const id = part.get('id')
  const link = part.get('link')
  if (id.exists() === link.exists()) {
    throw invalidParameter(
      'Invalid parameter',
      id.exists()
        ? `Only one of ${id.path} and ${link.path} may be given`
        : `One of ${id.path} and ${link.path} is required`,
    )
  }
  if (link.exists()) {
    link.uri()
    return undefined
  }
  const stored = call.simulation.world.media.get(String(id.value))
  const isAlive = stored && call.simulation.clock.now() - stored.createdAt < MEDIA_DAYS * 86_400_000
  if (!isAlive || stored.phoneNumberId !== number.id) {
    throw new GraphError(100, {
      title: `Param ${id.path} is not a valid whatsapp business account media attachment ID`,
    })
  }
  return stored
}

function unfitFor(stored: Media, rules: { mime: RegExp; maxBytes: number }, isVoice: boolean): string | undefined {
  const { mimeType, bytes } = stored
  if (!rules.mime.test(mimeType)) return `Unsupported media type ${mimeType}`
  if (isVoice && !mimeType.startsWith('audio/ogg'))
    return `Voice messages need audio/ogg with the OPUS codec, not ${mimeType}`
  if (bytes.byteLength > rules.maxBytes) return `Media file size too big. Max allowed size: ${rules.maxBytes} bytes`
  return undefined
}
