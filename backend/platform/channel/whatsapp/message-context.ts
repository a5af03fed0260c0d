import type { Referral } from '../../../contract/conversations.ts'
import type { IncomingMessage } from '../channel.ts'
import { isObject, readFlag, readId, readObject, readText } from './json.ts'
import { compact } from './messages/kind.ts'

type ReplyTo = NonNullable<IncomingMessage['replyTo']>

/** What a message answers to, forwards, or asks about. */
export function readReplyTo(value: unknown): ReplyTo | undefined {
  if (!isObject(value)) return undefined
  const forwarded: ReplyTo['forwarded'] = readFlag(value['frequently_forwarded'])
    ? 'often'
    : readFlag(value['forwarded'])
      ? 'once'
      : undefined
  const { catalog_id, product_retailer_id } = readObject(value['referred_product'])
  const product = compact({ catalogId: readId(catalog_id), productRetailerId: readId(product_retailer_id) })
  const providerMessageId = readId(value['id'] ?? value['message_id']) ?? null
  const asksAboutProduct = Object.keys(product).length > 0
  if (providerMessageId === null && !forwarded && !asksAboutProduct) return undefined
  return compact<ReplyTo>({ providerMessageId, forwarded, product: asksAboutProduct ? product : undefined })
}

/** The advertisement or post that the customer came from. */
export function readReferral(value: unknown, at: string): Referral | undefined {
  if (!isObject(value)) return undefined
  const referral = compact({
    sourceUrl: readText(value['source_url']),
    sourceId: readId(value['source_id']),
    sourceType: readText(value['source_type']),
    headline: readText(value['headline']),
    body: readText(value['body']),
    mediaType: readText(value['media_type']),
    imageUrl: readText(value['image_url']),
    videoUrl: readText(value['video_url']),
    thumbnailUrl: readText(value['thumbnail_url']),
    clickId: readText(value['ctwa_clid']),
    ref: readText(value['ref']),
    welcomeMessage: readText(readObject(value['welcome_message'])['text']),
  })
  return Object.keys(referral).length > 0 ? { ...referral, at } : undefined
}
