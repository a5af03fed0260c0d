import type { ContactCard } from '../../../../contract/messages.ts'
import { keepJson, readList, readObject, readText, type Json } from '../json.ts'
import { compact, type SendableKind } from './kind.ts'

export const contacts: SendableKind<'contacts'> = {
  parse(payload) {
    if (typeof payload !== 'object' || payload === null) return undefined
    return { content: { contacts: readList(payload).slice(0, 300).map(readCard) } }
  },
  preview({ contacts: cards }) {
    const name = nameOf(cards[0])
    if (!name) return cards.length > 1 ? `${cards.length} contacts` : 'Contact'
    if (cards.length === 1) return `Contact: ${name}`
    return `Contacts: ${name} and ${cards.length - 1} more`
  },
  words: ({ contacts: cards }) =>
    cards.flatMap((card) => [
      nameOf(card),
      card.org?.company,
      ...(card.phones ?? []).map(({ phone }) => phone),
      ...(card.emails ?? []).map(({ email }) => email),
    ]),
  accept: (input) => ({ contacts: input.contacts }),
  render: (content) => content.contacts.map(withoutUnsendable),
}

function nameOf(card: ContactCard | undefined): string | undefined {
  const [phone] = card?.phones ?? []
  return card?.name?.formatted_name || phone?.phone || phone?.wa_id || undefined
}

/** The whole card as it came, with the members that Parley reads itself brought into their shapes. */
function readCard(card: Json): ContactCard {
  const { name, phones, emails, org, ...rest } = readObject(keepJson(card))
  return compact({
    ...rest,
    name: name === undefined ? undefined : readName(name),
    phones:
      phones === undefined ? undefined : readList(phones).map((row) => withTexts(row, ['phone', 'wa_id', 'type'])),
    emails: emails === undefined ? undefined : readList(emails).map((row) => withTexts(row, ['email', 'type'])),
    org: org === undefined ? undefined : withTexts(readObject(org), ['company', 'title']),
  })
}

function readName(value: unknown): ContactCard['name'] {
  const name = withTexts(readObject(value), ['formatted_name'])
  const parts = [readText(name['first_name']), readText(name['last_name'])].filter(Boolean).join(' ')
  return compact({ ...name, formatted_name: name.formatted_name ?? (parts || readText(value)) })
}

function withTexts<Name extends string>(row: Json, names: readonly Name[]): Json & { [name in Name]?: string } {
  const texts = Object.fromEntries(names.map((name) => [name, readText(row[name])]))
  return compact({ ...row, ...texts }) as Json & { [name in Name]?: string }
}

/** Forwarding a received card: what only webhooks carry is refused by Meta when it is sent. */
function withoutUnsendable({ origin: _origin, vcard: _vcard, ...card }: ContactCard): ContactCard {
  return card
}
