import type { ContentOf, MessageType, SendableContent, SendableType } from '../../../../contract/messages.ts'
import type { IncomingMedia } from '../../channel.ts'
import type { Json } from '../json.ts'

export type Parsed<T extends MessageType = MessageType> = {
  content: ContentOf<T>
  media?: IncomingMedia
  /** Some of it was not understood: what came is kept beside it. */
  partly?: boolean
}

/** Meta's id of each uploaded file, by our own id. */
export type UploadedMedia = Readonly<Record<string, string>>

/** All that Parley knows about one type of message. */
export type MessageKind<T extends MessageType> = {
  /** `payload` is the member named like the type. Undefined: it does not hold what this type needs. */
  parse(payload: unknown, message: Json): Parsed<T> | undefined
  /** One line for rows and notifications. */
  preview(content: ContentOf<T>): string
  /** What a search finds this message by. */
  words(content: ContentOf<T>): readonly (string | undefined)[]
}

/** A type that a business may send as well. */
export type SendableKind<T extends SendableType & MessageType> = MessageKind<T> & {
  /** What is stored for what the API was asked to send. */
  accept(input: SendableContent<T>): ContentOf<T>
  /** The member named like the type in the body of `POST /messages`. */
  render(content: ContentOf<T>, uploaded: UploadedMedia): unknown
}

/** Leaves out what is not there, so that nothing is sent or stored as `undefined`. */
export function compact<T extends object>(fields: T): T {
  const kept: Partial<T> = {}
  for (const name in fields) if (fields[name] !== undefined) kept[name] = fields[name]
  return kept as T
}
