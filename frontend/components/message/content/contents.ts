import type { Component } from 'vue'
import type { MessageType } from '#contract/messages.ts'
import MessageAudio from './MessageAudio.vue'
import MessageButton from './MessageButton.vue'
import MessageContacts from './MessageContacts.vue'
import MessageDocument from './MessageDocument.vue'
import MessageImage from './MessageImage.vue'
import MessageInteractive from './MessageInteractive.vue'
import MessageLocation from './MessageLocation.vue'
import MessageOrder from './MessageOrder.vue'
import MessageReaction from './MessageReaction.vue'
import MessageSticker from './MessageSticker.vue'
import MessageSystem from './MessageSystem.vue'
import MessageTemplate from './MessageTemplate.vue'
import MessageText from './MessageText.vue'
import MessageUnsupported from './MessageUnsupported.vue'
import MessageVideo from './MessageVideo.vue'

/** One component per type of contract/messages.ts; the compiler asks for a new one. Each gets `content` and `message`. */
export const contents = {
  text: MessageText,
  image: MessageImage,
  video: MessageVideo,
  audio: MessageAudio,
  document: MessageDocument,
  sticker: MessageSticker,
  location: MessageLocation,
  contacts: MessageContacts,
  reaction: MessageReaction,
  interactive: MessageInteractive,
  button: MessageButton,
  template: MessageTemplate,
  order: MessageOrder,
  system: MessageSystem,
  unsupported: MessageUnsupported,
} satisfies Record<MessageType, Component>
