import type { MessageType, SendableType } from '../../../../contract/messages.ts'
import { audio } from './audio.ts'
import { button } from './button.ts'
import { image, video } from './captioned.ts'
import { contacts } from './contacts.ts'
import { document } from './document.ts'
import { interactive } from './interactive.ts'
import type { MessageKind, SendableKind } from './kind.ts'
import { location } from './location.ts'
import { order } from './order.ts'
import { reaction } from './reaction.ts'
import { sticker } from './sticker.ts'
import { system } from './system.ts'
import { template } from './template.ts'
import { text } from './text.ts'
import { unsupported } from './unsupported.ts'

/** A new type in the contract does not compile until it is listed here. */
export const messageKinds = {
  text,
  image,
  video,
  audio,
  document,
  sticker,
  location,
  contacts,
  reaction,
  interactive,
  button,
  template,
  order,
  system,
  unsupported,
} satisfies { [T in MessageType]: T extends SendableType ? SendableKind<T> : MessageKind<T> }

/** What Meta calls a type, where that differs from what Parley calls it. */
export const otherNames: { [wireType: string]: MessageType } = {
  voice: 'audio',
  ptt: 'audio',
  video_note: 'video',
  ptv: 'video',
  unknown: 'unsupported',
}
