/*
 * Links of a contact card, which a customer filled in. Without a link the words stay to be read.
 */

/** Digits only: `tel:` with `*` or `#` gives orders to a telephone instead of calling somebody. */
export function phoneLink(phone: string | undefined): string | undefined {
  const dialled = phone?.replace(/[\s().\-/]/g, '') ?? ''
  return /^\+?\d{3,20}$/.test(dialled) ? `tel:${dialled}` : undefined
}

/** An address and nothing behind it, which would write the letter, too. */
export function mailLink(email: string | undefined): string | undefined {
  return /^[\w.+-]{1,64}@[\w.-]{1,190}$/.test(email ?? '') ? `mailto:${email}` : undefined
}
