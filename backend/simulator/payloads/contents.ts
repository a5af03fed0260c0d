import * as content from './content.ts'
import * as interactive from './interactive.ts'
import * as system from './system.ts'

/** Every inbound message that can be asked for by name, in code and over HTTP. */
export const contents = {
  text: content.text,
  image: content.image,
  video: content.video,
  audio: content.audio,
  voice: content.voice,
  document: content.document,
  sticker: content.sticker,
  location: content.location,
  contacts: content.contacts,
  reaction: content.reaction,
  button: content.button,
  order: content.order,
  edit: content.edit,
  revoke: content.revoke,
  unsupported: content.unsupported,
  unknown: content.unknown,
  request_welcome: content.requestWelcome,
  button_reply: interactive.buttonReply,
  list_reply: interactive.listReply,
  nfm_reply: interactive.flowReply,
  call_permission_reply: interactive.callPermissionReply,
  payment_method: interactive.paymentMethodReply,
  empty_interactive: interactive.emptyInteractive,
  system: system.system,
  user_changed_number: system.changedNumber,
  user_changed_user_id: system.changedUserId,
  customer_identity_changed: system.changedIdentity,
} as const

export type ContentName = keyof typeof contents
export type ContentParams<N extends ContentName> = NonNullable<Parameters<(typeof contents)[N]>[0]>

/** Answers quote the message they answer; system messages and requests quote nothing. */
export const ANSWERS: ReadonlySet<string> = new Set([
  'button',
  'button_reply',
  'list_reply',
  'nfm_reply',
  'call_permission_reply',
  'payment_method',
])
