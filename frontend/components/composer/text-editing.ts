/**
 * Types text into a field as the keyboard would, so that the browser's own undo takes it back. The command is called deprecated
 * and has no successor that keeps the undo history.
 */
export function typeInto(field: HTMLTextAreaElement, text: string) {
  field.focus()
  if (document.execCommand('insertText', false, text)) return
  field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end')
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

/** Puts a mark on both sides of the selection, or around the caret. */
export function wrapSelection(field: HTMLTextAreaElement, mark: string) {
  const { selectionStart: start, selectionEnd: end, value } = field
  const chosen = value.slice(start, end)
  // A mark must touch the word, so spaces at the edge of a selection stay outside.
  const text = chosen.trim()
  const lead = chosen.slice(0, chosen.length - chosen.trimStart().length)
  const trail = text ? chosen.slice(chosen.trimEnd().length) : ''
  typeInto(field, text ? `${lead}${mark}${text}${mark}${trail}` : `${mark}${mark}`)
  const caret = text ? start + lead.length + mark.length * 2 + text.length : start + mark.length
  field.setSelectionRange(caret, caret)
}
