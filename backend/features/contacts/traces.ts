import type { Context } from '../../feature.ts'
import type { ContactIdentity, WorkspaceStore } from '../../model/index.ts'
import type { Collection, Page } from '../../platform/store/store.ts'

const step = 200

/**
 * What is left of a person outside their own records: webhooks that were kept because something in them failed, and answers
 * kept for repeated requests. Webhooks of numbers that nobody here has are not looked at; they are forgotten after 30 days.
 */
export async function eraseTraces(
  tx: WorkspaceStore,
  contactId: string,
  conversations: readonly { id: string }[],
): Promise<void> {
  const identities = await tx.contactIdentities.find({ where: { contactId }, limit: 1000 })
  const isAbout = isNamed(namesOf(contactId, conversations, identities))
  await removeWhere(tx.webhookDeadLetters, ({ payload }) => isAbout(payload))
  await removeWhere(tx.orphans, ({ payload }) => isAbout(payload))
  const phones = identities.filter(({ kind }) => kind === 'phone').map(({ value }) => value)
  await removeWhere(tx.contactImportProblems, ({ cells, value }) =>
    [...cells, value ?? ''].some((cell) => isAbout(cell) || phones.some((phone) => isNumber(cell, phone))),
  )
  for await (const page of pages(tx.contactBulkBatches))
    for (const { id, before, after } of page.filter((batch) => batch.after.some((one) => one.id === contactId))) {
      const others = (one: { id: string }) => one.id !== contactId
      await tx.contactBulkBatches.update(id, { before: before.filter(others), after: after.filter(others) })
    }
  await removeWhere(tx.idempotencyKeys, ({ body }) => isAbout(body))
  for (const state of ['failed', 'unreadable'] as const)
    for await (const page of pages(tx.webhookDeliveries, { state })) {
      const theirs = page.filter(({ body }) => body !== null && isAbout(body)).map(({ id }) => id)
      if (theirs.length > 0) await tx.webhookDeliveries.updateWhere({ id: { in: theirs } }, { body: null, error: null })
    }
}

type Named = Pick<ContactIdentity, 'value'>

const namesOf = (contactId: string, conversations: readonly { id: string }[], identities: readonly Named[]) => [
  contactId,
  ...conversations.map(({ id }) => id),
  ...identities.map(({ value }) => value),
]

export type ForgetJobs = (workspaceId: string, isMeant: (job: object) => boolean) => Promise<unknown>

/** Jobs that failed for good are kept for a while with what they were to do, such as the call of a rule with name and number. */
export async function eraseFailedJobs(
  { store, workspaceId }: Pick<Context, 'store' | 'workspaceId'>,
  forgetJobs: ForgetJobs,
  contactId: string,
  conversations: readonly { id: string }[],
): Promise<void> {
  const identities = await store.contactIdentities.find({ where: { contactId }, limit: 1000 })
  await forgetJobs(workspaceId, isNamed(namesOf(contactId, conversations, identities)))
}

/** Whether a value, whatever it is made of, has one of these names in it. */
function isNamed(names: readonly string[]): (value: unknown) => boolean {
  return (value) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value ?? '')
    return names.some((name) => text.includes(name))
  }
}

/** As people write it into a table: with or without the country, with signs in between. */
function isNumber(cell: string, phone: string): boolean {
  const digits = cell.replace(/\D/g, '').replace(/^0+/, '')
  return digits.length > 7 && (phone.endsWith(digits) || digits.endsWith(phone))
}

async function removeWhere<Row extends { id: string; createdAt: string }>(
  collection: Pick<Collection<Row, never>, 'find' | 'remove'>,
  isTheirs: (row: Row) => boolean,
): Promise<void> {
  for await (const page of pages(collection)) for (const row of page.filter(isTheirs)) await collection.remove(row.id)
}

async function* pages<Row extends { id: string; createdAt: string }>(
  collection: Pick<Collection<Row, never>, 'find'>,
  where: Page<Row>['where'] = {},
): AsyncGenerator<Row[]> {
  let after: { value: string; id: string } | undefined
  for (;;) {
    const page: Row[] = await collection.find({
      where,
      sort: ['createdAt', 'asc'],
      limit: step,
      ...(after ? { after } : {}),
    })
    if (page.length === 0) return
    yield page
    after = { value: page.at(-1)!.createdAt, id: page.at(-1)!.id }
  }
}
