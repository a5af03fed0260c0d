import type { Mutant } from './mutant.ts'

const idempotency = 'backend/http/idempotency.test.ts'
const rights = 'backend/features/team/rights.test.ts'
const sending = 'backend/features/sending/sending.test.ts'
const outcomes = 'backend/trust/send-outcomes.test.ts'
const privacy = 'backend/features/contacts/privacy.test.ts'

/** What docs/reliability.md promises: once, never backwards, only when it may, and gone when it is erased. */
export const promises: readonly Mutant[] = [
  {
    bug: 'a key that belonged to another body gets the old answer',
    file: 'backend/http/idempotency.ts',
    edits: [
      [
        "  if (row && !isForgotten && row.fingerprint !== fingerprint) throw new AppError('idempotency.key_reused')\n",
        '',
      ],
    ],
    caughtBy: [idempotency],
  },
  {
    bug: 'a key gets a person the answer that somebody else was given',
    file: 'backend/http/mount.ts',
    edits: [['`${user.id} ${key}`', 'key']],
    caughtBy: [rights],
  },
  {
    bug: 'a process that was thought dead commits all the same',
    file: 'backend/http/idempotency.ts',
    edits: [
      [
        '(await tx.idempotencyKeys.update(held.id, done, { onlyIf: mine }))',
        '(await tx.idempotencyKeys.update(held.id, done))',
      ],
    ],
    caughtBy: [idempotency],
  },
  {
    bug: 'a status goes back to an earlier one',
    file: 'backend/features/conversations/statuses.ts',
    edits: [['if (statusRank[item.status] > rank) {', 'if (statusRank[item.status] !== rank) {']],
    caughtBy: ['backend/features/conversations/statuses.test.ts'],
  },
  {
    bug: 'a status is written over one that came meanwhile',
    file: 'backend/features/conversations/statuses.ts',
    edits: [['tx.messages.update(id, set, { onlyIf })', 'tx.messages.update(id, set)']],
    caughtBy: ['backend/features/inbound/statuses.test.ts'],
  },
  {
    bug: 'webhooks write a status over one that came meanwhile',
    file: 'backend/features/inbound/statuses.ts',
    edits: [['      onlyIf: { rank: before.rank, updatedAt: before.updatedAt },\n', '']],
    caughtBy: ['backend/features/inbound/statuses.test.ts'],
  },
  {
    bug: 'advertising goes to people who do not want any',
    file: 'backend/features/sending/rules.ts',
    edits: [
      ["if (type === 'template' && templateCategory === 'MARKETING' && hasStoppedMarketing(contact))", 'if (false)'],
    ],
    caughtBy: ['backend/features/sending/marketing.test.ts'],
  },
  {
    bug: 'advertising goes out in the days of peace that WhatsApp asked for',
    file: 'backend/features/sending/rules.ts',
    edits: [
      ["if (type === 'template' && templateCategory === 'MARKETING' && isMarketingHeld(contact, now))", 'if (false)'],
    ],
    caughtBy: ['backend/features/sending/marketing.test.ts'],
  },
  {
    bug: 'free text goes out after the 24 hours',
    file: 'backend/features/sending/rules.ts',
    edits: [["if (type !== 'template' && !isWindowOpen(conversation, now))", 'if (false)']],
    caughtBy: [sending],
  },
  {
    bug: 'a blocked customer is written to',
    file: 'backend/features/sending/rules.ts',
    edits: [['if (contact.blockedAt) return', 'if (contact.blockedAt && !contact.blockedAt) return']],
    caughtBy: [sending],
  },
  {
    bug: 'a failed message goes out again without asking the rules',
    file: 'backend/features/sending/send.ts',
    edits: [
      [
        "    if (decision.verdict === 'refuse') throw new AppError(decision.code, { details: { way: decision.way } })\n    return storeMessage(",
        "    if (decision.verdict === 'refuse') decision.verdict = 'send' as never\n    return storeMessage(",
      ],
    ],
    caughtBy: [sending],
  },
  {
    bug: 'an attempt whose outcome nobody knows is made again',
    file: 'backend/features/sending/outbox.ts',
    edits: [
      [
        "  if (outcome.kind === 'unknown') return",
        "  if (outcome.kind === 'unknown') await context.store.messages.update(message.id, { status: 'queued', rank: statusRank.queued })\n  if (outcome.kind === 'unknown') return",
      ],
    ],
    caughtBy: [outcomes],
  },
  {
    bug: 'a number that is paused sends',
    file: 'backend/features/sending/outbox.ts',
    edits: [['  if (channel.sendingPausedAt) throw new RunAgainAt(new Date(farAway(now())))\n', '']],
    caughtBy: [sending],
  },
  {
    bug: 'a restored backup sends what its original sends too',
    file: 'scripts/backup-tools.ts',
    edits: [['    await store.system.channels.updateWhere({}, { sendingPausedAt: now.toISOString() })\n', '']],
    caughtBy: ['scripts/backup.test.ts'],
  },
  {
    bug: 'data that was copied sends what its original sends too',
    file: 'backend/features/installation/moved.ts',
    edits: [['if (!known || known.place === place) return false', 'if (!known || known.place) return false']],
    caughtBy: ['backend/features/installation/moved.test.ts'],
  },
  {
    bug: 'who is erased loses the name, and the messages stay',
    file: 'backend/features/contacts/erase.ts',
    edits: [['    await tx.contacts.remove(id)\n', "    await tx.contacts.update(id, { displayName: 'Erased' })\n"]],
    caughtBy: [privacy],
  },
  {
    bug: 'who is erased stays in kept webhooks and answers',
    file: 'backend/features/contacts/erase.ts',
    edits: [['    await eraseTraces(tx, id, conversations)\n', '']],
    caughtBy: ['backend/features/contacts/erased.test.ts'],
  },
  {
    bug: 'the files of who is erased stay on the disk',
    file: 'backend/features/contacts/erase.ts',
    edits: [['  for (const sha256 of hashes) await removeFile(sha256)\n', '']],
    caughtBy: [privacy],
  },
]
