import type { ContentOf } from '#contract/messages.ts'
import { fillText } from '../composer/template-fill.ts'
import type { DraftButton } from './draft-buttons.ts'
import { variablesIn } from './draft-texts.ts'
import type { Draft } from './template-draft.ts'

type Rendered = NonNullable<ContentOf<'template'>['rendered']>

const fileOf = (mediaId: string | null) => (mediaId ? { media: { id: mediaId, state: 'ready' as const } } : {})

/** What the customer will read, with the examples in the places of the variables. */
export function previewOf(draft: Draft): ContentOf<'template'> {
  return { name: draft.name || 'unnamed', language: draft.language, rendered: renderedOf(draft) }
}

function renderedOf(draft: Draft): Rendered {
  const { body, examples, footer, buttons, layout, offer, cards } = draft
  if (draft.category === 'AUTHENTICATION') return codeOf(draft)
  const text = fillText(body, examples) || 'Your text …'
  if (layout === 'carousel')
    return {
      body: text,
      cards: cards.map((card) => ({
        header: { format: card.kind, ...fileOf(card.mediaId) },
        body: fillText(card.body, card.examples),
        buttons: buttonsOf(card.buttons),
      })),
    }
  const top = { ...headerOf(draft), body: text, buttons: buttonsOf(buttons) }
  if (layout === 'offer') return { ...top, offer: { text: offer.text || 'Your offer …' } }
  return { ...top, ...(footer.trim() ? { footer } : {}) }
}

function codeOf({ code }: Draft): Rendered {
  const label = code.kind === 'COPY_CODE' ? code.label || 'Copy code' : code.autofill || 'Autofill'
  return {
    body: `*123456* is your verification code.${code.warns ? ' For your security, do not share this code.' : ''}`,
    ...(code.minutes === null ? {} : { footer: `This code expires in ${code.minutes} minutes.` }),
    // Without a tap the app reads the code itself; the button is there for telephones on which that fails.
    buttons: [{ type: 'COPY_CODE', text: label }],
  }
}

function headerOf({ header }: Draft): Pick<Rendered, 'header'> {
  if (header.kind === 'NONE') return {}
  const [name] = variablesIn(header.text)
  const text = fillText(header.text, name ? { [name]: header.example } : {})
  return { header: { format: header.kind, ...(header.kind === 'TEXT' ? { text } : {}), ...fileOf(header.mediaId) } }
}

const labels: Partial<Record<DraftButton['kind'], string>> = {
  COPY_CODE: 'Copy code',
  REQUEST_CONTACT_INFO: 'Share contact details',
}
const buttonsOf = (buttons: readonly DraftButton[]) =>
  buttons.map(({ kind, text, url, example }) => ({
    type: kind,
    text: text || (labels[kind] ?? '…'),
    ...(kind === 'URL' ? { url: example || url } : {}),
  }))
