import * as z from 'zod'
import { MediaState } from './media.ts'
import { defineRoutes } from './route.ts'
import { CleanText, DayInput, Id, Instant, InstantInput, PageQuery, Pagination } from './values.ts'

export const MessageDirection = z.enum(['inbound', 'outbound'])
export type MessageDirection = z.infer<typeof MessageDirection>

/** Who or what wrote it: the customer, a person of the team, a program, the phone app, an automation, a campaign, an import. */
export const MessageSource = z.enum(['contact', 'user', 'api', 'phone', 'automation', 'campaign', 'history'])
export type MessageSource = z.infer<typeof MessageSource>

/*
 * received                                        inbound
 * queued → sending → accepted → sent → delivered → read → played
 *             ├────→ unknown     the connection broke after the request left; waits for a status from Meta or a person
 *             └────→ failed      refused for good; also when a status says so
 * not_sent                                        no credentials, or a rule forbade it: nothing left the house
 * deleted                                         the customer or the phone app took it back
 */
export const MessageStatus = z.enum([
  'received',
  'queued',
  'sending',
  'unknown',
  'accepted',
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
  'not_sent',
  'deleted',
])
export type MessageStatus = z.infer<typeof MessageStatus>

/** A write may only raise the rank, so late and repeated statuses change nothing. `failed` yields to a later delivery. */
export const statusRank: Record<MessageStatus, number> = {
  received: 0,
  queued: 10,
  sending: 20,
  unknown: 25,
  not_sent: 26,
  accepted: 30,
  sent: 40,
  failed: 45,
  delivered: 50,
  read: 60,
  played: 70,
  deleted: 80,
}

export const StatusChange = z.object({ status: MessageStatus, at: Instant })
export type StatusChange = z.infer<typeof StatusChange>

/** A file inside a message. `id` is ours; `link` is used instead when the file is fetched from elsewhere by Meta. */
export const MessageMedia = z.object({
  id: Id.optional(),
  link: z.string().optional(),
  state: MediaState.optional(),
  mimeType: z.string().optional(),
  bytes: z.number().optional(),
  filename: z.string().optional(),
  sha256: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  error: z.string().optional(),
})
export type MessageMedia = z.infer<typeof MessageMedia>

/** A shared business card, as WhatsApp writes it; every part may be missing. */
export const ContactCard = z.looseObject({
  name: z.looseObject({ formatted_name: z.string().optional() }).optional(),
  phones: z
    .array(z.looseObject({ phone: z.string().optional(), wa_id: z.string().optional(), type: z.string().optional() }))
    .optional(),
  emails: z.array(z.looseObject({ email: z.string().optional(), type: z.string().optional() })).optional(),
  org: z.looseObject({ company: z.string().optional(), title: z.string().optional() }).optional(),
})
export type ContactCard = z.infer<typeof ContactCard>

export const ProductItem = z.looseObject({
  productRetailerId: z.string(),
  quantity: z.number().optional(),
  itemPrice: z.number().optional(),
  currency: z.string().optional(),
})

const TemplateButton = z.object({ type: z.string(), text: z.string(), url: z.string().optional() })
const text = z.object({ text: z.string(), previewUrl: z.boolean().optional() })
const captioned = z.object({ media: MessageMedia, caption: z.string().optional() })

/**
 * What a message says, per type. The same shapes are stored, answered by the API and drawn by the dashboard.
 * A member here needs a parser and a renderer in platform/channel/whatsapp/messages and a component in the dashboard.
 */
export const messageContents = {
  text,
  image: captioned,
  video: captioned,
  audio: z.object({ media: MessageMedia, voice: z.boolean().optional() }),
  document: captioned,
  sticker: z.object({ media: MessageMedia, animated: z.boolean().optional() }),
  location: z.object({
    latitude: z.number(),
    longitude: z.number(),
    name: z.string().optional(),
    address: z.string().optional(),
    url: z.string().optional(),
  }),
  contacts: z.object({ contacts: z.array(ContactCard) }),
  /** Null emoji: the reaction was taken back. `messageId` is ours when the target is stored. */
  reaction: z.object({
    emoji: z.string().nullable(),
    providerMessageId: z.string(),
    messageId: Id.nullable().optional(),
  }),
  /** Buttons, lists, links, flows, products … that the business sends, and the answers to them. `kind` is Meta's `interactive.type`. */
  interactive: z.looseObject({
    kind: z.string(),
    header: z.looseObject({ type: z.string(), text: z.string().optional(), media: MessageMedia.optional() }).optional(),
    body: z.string().optional(),
    footer: z.string().optional(),
    /** Outbound: Meta's `action` object. */
    action: z.looseObject({}).optional(),
    /** Inbound: what was chosen or filled in. */
    reply: z
      .looseObject({
        id: z.string().optional(),
        title: z.string().optional(),
        description: z.string().optional(),
        data: z.unknown().optional(),
      })
      .optional(),
  }),
  /** The press of a quick-reply button of a template. */
  button: z.object({ text: z.string(), payload: z.string().optional() }),
  template: z.object({
    name: z.string(),
    language: z.string(),
    templateId: Id.optional(),
    /** Meta's `template.components` with the parameters filled in. */
    components: z.array(z.looseObject({ type: z.string() })).optional(),
    /** What the customer reads, kept because the template may change later. */
    rendered: z
      .object({
        header: z
          .object({ format: z.string(), text: z.string().optional(), media: MessageMedia.optional() })
          .optional(),
        body: z.string(),
        footer: z.string().optional(),
        buttons: z.array(TemplateButton).optional(),
        offer: z.object({ text: z.string(), expiresAt: Instant.optional() }).optional(),
        cards: z
          .array(
            z.object({
              header: z.object({ format: z.string(), media: MessageMedia.optional() }).optional(),
              body: z.string(),
              buttons: z.array(TemplateButton).optional(),
            }),
          )
          .optional(),
      })
      .optional(),
  }),
  order: z.object({ catalogId: z.string().optional(), text: z.string().optional(), items: z.array(ProductItem) }),
  /** A number or identity change, or another notice of WhatsApp. */
  system: z.looseObject({ kind: z.string(), body: z.string() }),
  /** Something WhatsApp does not hand over, or a type Parley does not know; `raw` of the message has what came. */
  unsupported: z.object({ originalType: z.string(), reason: z.string(), code: z.number().optional() }),
} satisfies Record<string, z.ZodType>

export type MessageType = keyof typeof messageContents
export const messageTypes = Object.keys(messageContents) as [MessageType, ...MessageType[]]
export const MessageType = z.enum(messageTypes)
export type ContentOf<T extends MessageType> = z.infer<(typeof messageContents)[T]>
export type MessageContent = ContentOf<MessageType>

/** Why a message failed or was not sent, in words for a shopkeeper. `code` is Meta's where Meta refused. */
export const MessageError = z.object({
  code: z.union([z.number(), z.string()]),
  message: z.string(),
  /** Who can do something about it. */
  actor: z.enum(['nobody', 'agent', 'admin', 'customer', 'meta', 'developer']).optional(),
  /** What the dashboard offers: send again, send as template, open the channel … */
  action: z.enum(['none', 'resend', 'template', 'channel', 'wait', 'edit']).optional(),
  details: z.string().optional(),
})
export type MessageError = z.infer<typeof MessageError>

export const ReplyTo = z.object({
  providerMessageId: z.string().nullable(),
  messageId: Id.nullable(),
  /** What the quote shows; null when the quoted message is not stored. */
  preview: z.string().nullable(),
  direction: MessageDirection.nullable(),
  /** The customer forwarded this, or asked about a product. */
  forwarded: z.enum(['no', 'once', 'often']).optional(),
  product: z.object({ catalogId: z.string().optional(), productRetailerId: z.string().optional() }).optional(),
})
export type ReplyTo = z.infer<typeof ReplyTo>

export const Reaction = z.object({ from: z.enum(['contact', 'business']), emoji: z.string(), at: Instant })
export type Reaction = z.infer<typeof Reaction>

/** What Meta bills for a message; `category` and `type` as Meta writes them. */
export const Pricing = z.looseObject({
  category: z.string().optional(),
  type: z.string().optional(),
  model: z.string().optional(),
  billable: z.boolean().optional(),
})
export type Pricing = z.infer<typeof Pricing>

export const Message = z.object({
  id: Id,
  createdAt: Instant,
  updatedAt: Instant,
  conversationId: Id,
  channelId: Id,
  contactId: Id,
  direction: MessageDirection,
  type: MessageType,
  content: z.record(z.string(), z.unknown()),
  status: MessageStatus,
  statusHistory: z.array(StatusChange),
  providerMessageId: z.string().nullable(),
  sentAt: Instant,
  error: MessageError.nullable(),
  replyTo: ReplyTo.nullable(),
  reactions: z.array(Reaction),
  pricing: Pricing.nullable(),
  source: MessageSource,
  userId: Id.nullable(),
  editedAt: Instant.nullable(),
})
export type Message = z.infer<typeof Message>

/** The types a business may send, with what the API accepts for each. */
const MediaInput = z
  .strictObject({
    mediaId: Id.optional(),
    link: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional(),
  })
  .refine(({ mediaId, link }) => (mediaId === undefined) !== (link === undefined), 'Name a mediaId or a link.')
const Caption = CleanText.max(1024)

const Section = z.strictObject({
  title: CleanText.max(24).optional(),
  rows: z
    .array(
      z.strictObject({
        id: CleanText.min(1).max(200),
        title: CleanText.min(1).max(24),
        description: CleanText.max(72).optional(),
      }),
    )
    .min(1)
    .max(10),
})

const Product = z.strictObject({ catalogId: CleanText.min(1).max(60), productRetailerId: CleanText.min(1).max(200) })

export const sendableContents = {
  text: z.strictObject({ text: CleanText.min(1).max(4096), previewUrl: z.boolean().optional() }),
  image: MediaInput.safeExtend({ caption: Caption.optional() }),
  video: MediaInput.safeExtend({ caption: Caption.optional() }),
  audio: MediaInput.safeExtend({ voice: z.boolean().optional() }),
  document: MediaInput.safeExtend({ caption: Caption.optional(), filename: CleanText.max(240).optional() }),
  sticker: MediaInput,
  location: z.strictObject({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    name: CleanText.max(1000).optional(),
    address: CleanText.max(1000).optional(),
  }),
  contacts: z.strictObject({
    contacts: z
      .array(
        ContactCard.refine((card) => Boolean(card.name?.formatted_name), 'Each contact needs name.formatted_name.'),
      )
      .min(1)
      .max(257),
  }),
  /** An empty emoji takes the reaction back. */
  reaction: z.strictObject({ messageId: Id, emoji: CleanText.max(30) }),
  interactive: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('button'),
      header: z
        .strictObject({
          type: z.enum(['text', 'image', 'video', 'document']),
          text: CleanText.max(60).optional(),
          mediaId: Id.optional(),
          link: z.url().optional(),
        })
        .optional(),
      body: CleanText.min(1).max(1024),
      footer: CleanText.max(60).optional(),
      buttons: z
        .array(z.strictObject({ id: CleanText.min(1).max(256), title: CleanText.min(1).max(20) }))
        .min(1)
        .max(3),
    }),
    z.strictObject({
      kind: z.literal('list'),
      header: CleanText.max(60).optional(),
      body: CleanText.min(1).max(4096),
      footer: CleanText.max(60).optional(),
      button: CleanText.min(1).max(20),
      sections: z.array(Section).min(1).max(10),
    }),
    z.strictObject({
      kind: z.literal('cta_url'),
      header: z
        .strictObject({
          type: z.enum(['text', 'image', 'video', 'document']),
          text: CleanText.max(60).optional(),
          mediaId: Id.optional(),
          link: z.url().optional(),
        })
        .optional(),
      body: CleanText.min(1).max(1024),
      footer: CleanText.max(60).optional(),
      label: CleanText.min(1).max(20),
      url: z.url({ protocol: /^https?$/ }).max(2000),
    }),
    z.strictObject({ kind: z.literal('location_request_message'), body: CleanText.min(1).max(1024) }),
    z.strictObject({ kind: z.literal('request_contact_info'), body: CleanText.min(1).max(1024) }),
    z.strictObject({
      kind: z.literal('flow'),
      header: CleanText.max(60).optional(),
      body: CleanText.min(1).max(1024),
      footer: CleanText.max(60).optional(),
      flowId: CleanText.max(60).optional(),
      flowName: CleanText.max(200).optional(),
      flowCta: CleanText.min(1).max(30),
      flowToken: CleanText.max(500).optional(),
      mode: z.enum(['draft', 'published']).optional(),
      flowAction: z.enum(['navigate', 'data_exchange']).optional(),
      screen: CleanText.max(200).optional(),
      data: z.record(z.string(), z.unknown()).optional(),
    }),
    z.strictObject({
      kind: z.literal('product'),
      body: CleanText.max(1024).optional(),
      footer: CleanText.max(60).optional(),
      catalogId: CleanText.min(1).max(60),
      productRetailerId: CleanText.min(1).max(200),
    }),
    z.strictObject({
      kind: z.literal('product_list'),
      header: CleanText.min(1).max(60),
      body: CleanText.min(1).max(1024),
      footer: CleanText.max(60).optional(),
      catalogId: CleanText.min(1).max(60),
      sections: z
        .array(
          z.strictObject({
            title: CleanText.min(1).max(24),
            productRetailerIds: z.array(CleanText.min(1).max(200)).min(1).max(30),
          }),
        )
        .min(1)
        .max(10),
    }),
  ]),
  template: z.strictObject({
    /** One of ours by id, or name and language. */
    templateId: Id.optional(),
    name: CleanText.max(512).optional(),
    language: CleanText.max(20).optional(),
    /** Values by variable: `{ "1": "Ana" }` or `{ "first_name": "Ana" }`, per part. */
    variables: z
      .strictObject({
        header: z.record(z.string(), CleanText.max(1024)).optional(),
        body: z.record(z.string(), CleanText.max(1024)).optional(),
        /** By index of the button. */
        buttons: z.record(z.string(), CleanText.max(2000)).optional(),
      })
      .optional(),
    headerMedia: MediaInput.optional(),
    headerLocation: z
      .strictObject({
        latitude: z.number(),
        longitude: z.number(),
        name: CleanText.max(1000).optional(),
        address: CleanText.max(1000).optional(),
      })
      .optional(),
    headerProduct: Product.optional(),
    /** One for each card of a carousel, in the order of the template. */
    cards: z
      .array(
        z.strictObject({
          body: z.record(z.string(), CleanText.max(160)).optional(),
          buttons: z.record(z.string(), CleanText.max(2000)).optional(),
          headerMedia: MediaInput.optional(),
          product: Product.optional(),
        }),
      )
      .max(10)
      .optional(),
    /** When a limited-time offer ends. */
    offerExpiresAt: InstantInput.optional(),
    /** For the buttons of a catalogue: whose picture is shown, and for a list of products which ones. */
    products: z
      .strictObject({
        thumbnail: CleanText.min(1).max(200).optional(),
        sections: z
          .array(
            z.strictObject({
              title: CleanText.min(1).max(24),
              productRetailerIds: z.array(CleanText.min(1).max(200)).min(1).max(30),
            }),
          )
          .max(10)
          .optional(),
      })
      .optional(),
    /** For everything else (flows, for example): Meta's own components, sent as they are. */
    components: z
      .array(z.looseObject({ type: z.string() }))
      .max(20)
      .optional(),
  }),
} satisfies Partial<Record<MessageType, z.ZodType>>
export type SendableType = keyof typeof sendableContents
export type SendableContent<T extends SendableType = SendableType> = z.output<(typeof sendableContents)[T]>
export const sendableTypes = Object.keys(sendableContents) as [SendableType, ...SendableType[]]

const target = {
  /** A phone number or a business-scoped user id. */
  to: CleanText.trim().min(3).max(160).optional(),
  conversationId: Id.optional(),
  channelId: Id.optional(),
  /** The message being answered; it is quoted. */
  replyTo: Id.optional(),
}

const memberOf = <T extends SendableType>(type: T) =>
  z.strictObject({ ...target, type: z.literal(type), content: sendableContents[type] })

export const NewMessage = z.discriminatedUnion('type', [
  memberOf('text'),
  memberOf('image'),
  memberOf('video'),
  memberOf('audio'),
  memberOf('document'),
  memberOf('sticker'),
  memberOf('location'),
  memberOf('contacts'),
  memberOf('reaction'),
  memberOf('interactive'),
  memberOf('template'),
])
export type NewMessage = z.output<typeof NewMessage>

const messageFilters = {
  direction: MessageDirection.optional(),
  status: MessageStatus.optional(),
  type: MessageType.optional(),
  channelId: Id.optional(),
  /** Who of the team wrote it. */
  userId: Id.optional(),
  /** Days of the workspace's own clocks, both included. */
  from: DayInput.optional(),
  to: DayInput.optional(),
  search: CleanText.max(200).optional(),
}

/** What the log of messages and its export can be narrowed to. */
export const MessageFilter = z.strictObject(messageFilters)
export type MessageFilter = z.infer<typeof MessageFilter>

export const messages = defineRoutes({
  send: {
    method: 'POST',
    path: '/messages',
    body: NewMessage,
    result: Message,
    status: 201,
    idempotent: true,
    summary: 'Send a message; name `to` or `conversationId`',
  },
  list: {
    method: 'GET',
    path: '/messages',
    query: PageQuery.extend({ conversationId: Id.optional(), ...messageFilters }),
    result: z.object({ messages: z.array(Message), pagination: Pagination }),
    summary: 'Messages of the workspace, the latest first',
  },
  stats: {
    method: 'GET',
    path: '/messages/stats',
    query: z.strictObject({
      from: DayInput.optional(),
      to: DayInput.optional(),
      channelId: Id.optional(),
      userId: Id.optional(),
    }),
    result: z.object({
      from: z.string(),
      to: z.string(),
      total: z.number(),
      received: z.number(),
      sent: z.number(),
      byStatus: z.array(z.object({ direction: MessageDirection, status: MessageStatus, count: z.number() })),
    }),
    access: 'admin',
    summary: 'How many messages there were, by what became of them; the last 30 days unless told otherwise',
  },
  get: { method: 'GET', path: '/messages/:messageId', result: Message, summary: 'One message' },
  resend: {
    method: 'POST',
    path: '/messages/:messageId/resend',
    result: Message,
    status: 201,
    idempotent: true,
    summary: 'Send a failed or unconfirmed message again, as a new message',
  },
})

const short = <Type extends SendableType, Body extends z.ZodType>(type: Type, body: Body) => ({
  method: 'POST' as const,
  path: `/messages/${type}` as const,
  body,
  result: Message,
  status: 201 as const,
  idempotent: true,
  summary: `Send a message of the type ${type}, with its fields beside \`to\``,
})

/** The same as `send` for programs that send one type: `{ "to": "+49…", "text": "Hello" }`. */
export const shortMessages = defineRoutes({
  text: short('text', sendableContents.text.safeExtend(target)),
  image: short('image', sendableContents.image.safeExtend(target)),
  video: short('video', sendableContents.video.safeExtend(target)),
  audio: short('audio', sendableContents.audio.safeExtend(target)),
  document: short('document', sendableContents.document.safeExtend(target)),
  location: short('location', sendableContents.location.safeExtend(target)),
  template: short('template', sendableContents.template.safeExtend(target)),
})
