import type { Context } from '../../feature.ts'
import type { WorkspaceStore } from '../../model/index.ts'
import type { Outgoing } from '../../platform/channel/channel.ts'
import { AppError } from '../../errors.ts'

/** How WhatsApp reaches a contact: its number, else its business-scoped user id. */
export async function addressOf(store: WorkspaceStore, contactId: string): Promise<Outgoing['to']> {
  const identities = await store.contactIdentities.find({ where: { contactId }, sort: ['createdAt', 'asc'], limit: 50 })
  const contact = await store.contacts.get(contactId)
  if (contact?.phone) return { phone: contact.phone }
  const phone = identities.findLast(({ kind }) => kind === 'phone')
  if (phone) return { phone: `+${phone.value}` }
  const bsuid =
    identities.findLast(({ kind }) => kind === 'bsuid') ?? identities.findLast(({ kind }) => kind === 'parent_bsuid')
  if (bsuid) return { bsuid: bsuid.value }
  throw new AppError('message.no_address')
}

/** Meta answers with the number it really used (Brazil and Mexico rewrite theirs): an alias of the same contact. */
export async function learnAddress(
  { store }: Context,
  contactId: string,
  { phone, bsuid }: { phone?: string | undefined; bsuid?: string | undefined },
): Promise<void> {
  const keys = [
    ...(phone ? [{ kind: 'phone' as const, value: phone }] : []),
    ...(bsuid ? [{ kind: 'bsuid' as const, value: bsuid }] : []),
  ]
  if (keys.length === 0) return
  const known = await store.contactIdentities.find({
    where: { value: { in: keys.map(({ value }) => value) } },
    limit: 10,
  })
  const news = keys.filter(
    (key) => !known.some((identity) => identity.kind === key.kind && identity.value === key.value),
  )
  if (news.length > 0)
    await store.contactIdentities.insertMany(
      news.map((key) => ({ ...key, contactId })),
      { ifTaken: 'skip' },
    )
}
