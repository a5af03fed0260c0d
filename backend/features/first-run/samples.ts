import type { Context } from '../../feature.ts'

const answers = [
  { shortcut: 'hello', text: 'Hello {{first_name}}, thank you for writing to us! How can we help?' },
  { shortcut: 'hours', text: 'We are open Monday to Friday from 9:00 to 18:00, and on Saturday until 13:00.' },
  { shortcut: 'thanks', text: 'Thank you for your order! We will write as soon as it is on its way.' },
]

const body = (text: string, names: Record<string, string>) => ({
  type: 'BODY',
  text,
  example: {
    body_text_named_params: Object.entries(names).map(([param_name, example]) => ({ param_name, example })),
  },
})

const drafts = [
  {
    name: 'order_update',
    category: 'UTILITY' as const,
    components: [
      body('Hello {{name}}, your order {{order}} is on its way. Answer here if you have a question.', {
        name: 'Ana',
        order: '1042',
      }),
    ],
  },
  {
    name: 'appointment_reminder',
    category: 'UTILITY' as const,
    components: [
      body('Hello {{name}}, we are looking forward to seeing you on {{day}}. Does that still suit you?', {
        name: 'Ana',
        day: 'Friday at 10:00',
      }),
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'I will be there' },
          { type: 'QUICK_REPLY', text: 'Another day, please' },
        ],
      },
    ],
  },
  {
    name: 'still_interested',
    category: 'MARKETING' as const,
    components: [
      body('Hello {{name}}, some time ago you asked us about {{topic}}. Shall we send you an offer?', {
        name: 'Ana',
        topic: 'a wedding cake',
      }),
      { type: 'FOOTER', text: 'Answer STOP and we will not write again.' },
    ],
  },
]

/** Something to change is easier than an empty page. Drafts are for the account that new templates go to. */
export async function addSamples({ store, notify }: Pick<Context, 'store' | 'notify'>) {
  const channels = await store.channels.find({ sort: ['createdAt', 'asc'], limit: 100 })
  const account = (
    channels.find(({ kind, businessAccountId }) => kind === 'cloud' && businessAccountId) ??
    channels.find(({ businessAccountId }) => businessAccountId)
  )?.businessAccountId
  const replies = await store.cannedReplies.insertMany(
    answers.map((answer) => ({ ...answer, ownerId: null, mediaId: null })),
    { ifTaken: 'skip' },
  )
  const templates = account
    ? await store.templates.insertMany(
        drafts.map((draft) => ({
          ...draft,
          businessAccountId: account,
          language: 'en',
          status: 'DRAFT',
          parameterFormat: 'named' as const,
        })),
        { ifTaken: 'skip' },
      )
    : []
  if (replies.length > 0) notify({ name: 'canned-replies:changed', payload: {} })
  return { cannedReplies: replies.length, templates: templates.length }
}
