import { lookUp } from '../json.ts'

const sentences: { [reason: string]: string } = {
  ABUSIVE_CONTENT: 'Meta says that the text is against its rules.',
  CATEGORY_NOT_AVAILABLE: 'This category is not available in your country.',
  INCORRECT_CATEGORY: 'The text does not fit the category. Choose another category.',
  INVALID_FORMAT: 'Something about the form is wrong: look at the variables and what stands around them.',
  PROMOTIONAL: 'The text advertises something. Choose the category marketing.',
  SCAM: 'Meta thinks that the text deceives people.',
  TAG_CONTENT_MISMATCH: 'The text does not fit the category or the language.',
}

/** Why Meta rejected a template, in words; undefined when it gives no reason. */
export function rejectionSentence(reason: string | undefined): string | undefined {
  if (!reason || reason.toUpperCase() === 'NONE') return undefined
  const code = reason.toUpperCase()
  const known = lookUp(sentences, code)
  if (known) return known
  return /^[A-Z_]+$/.test(reason) ? `Meta's reason: ${reason.toLowerCase().replaceAll('_', ' ')}.` : reason
}
