import type { ContentOf } from '#contract/messages.ts'
import { fillText } from '../composer/template-fill.ts'
import type { Draft } from './template-draft.ts'

/** What the customer will read, with the examples in the places of the variables. */
export function previewOf(draft: Draft): ContentOf<'template'> {
  const { header, body, footer, buttons, code } = draft
  const base = { name: draft.name || 'unnamed', language: draft.language }
  if (draft.category === 'AUTHENTICATION')
    return {
      ...base,
      rendered: {
        body: `*123456* is your verification code.${code.warns ? ' For your security, do not share this code.' : ''}`,
        ...(code.minutes === null ? {} : { footer: `This code expires in ${code.minutes} minutes.` }),
        buttons: [{ type: 'COPY_CODE', text: code.label || 'Copy code' }],
      },
    }
  const [name] = /(?<=\{\{\s*)[^{}\s]+(?=\s*\}\})/.exec(header.text) ?? []
  const headerText = fillText(header.text, name ? { [name]: header.example } : {})
  return {
    ...base,
    rendered: {
      ...(header.kind === 'NONE'
        ? {}
        : {
            header: {
              format: header.kind,
              ...(header.kind === 'TEXT' ? { text: headerText } : {}),
              ...(header.mediaId ? { media: { id: header.mediaId, state: 'ready' as const } } : {}),
            },
          }),
      body: fillText(body, draft.examples) || 'Your text …',
      ...(footer.trim() ? { footer } : {}),
      buttons: buttons.map(({ kind, text, url, example }) => ({
        type: kind,
        text: text || (kind === 'COPY_CODE' ? 'Copy code' : '…'),
        ...(kind === 'URL' ? { url: example || url } : {}),
      })),
    },
  }
}
