/*
 * `npm run seed`: fills a workspace with a café's customers, chats, leads and team, to look around and to show. Reads the
 * same configuration as Parley, which must not run meanwhile. The same `--seed` gives the same people and chats.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import { readConfig } from '../backend/config.ts'
import { model, type AppStore, type Contact } from '../backend/model/index.ts'
import { openMediaFiles } from '../backend/platform/media/media.ts'
import { openStore } from '../backend/platform/store/store.ts'
import { readSample } from '../backend/simulator/samples/samples.ts'
import { runTool } from './backup-tools.ts'
import { writeChats, type Chat, type SampleFiles } from './seed/chats.ts'
import { dialogues } from './seed/dialogues.ts'
import { toBusyHour } from './seed/hours.ts'
import { writeLeads } from './seed/leads.ts'
import { makePerson } from './seed/people.ts'
import { createRandom, type Random } from './seed/random.ts'
import { openDemo, type Demo } from './seed/workspace.ts'

const usage = `Fills a workspace with sample customers, chats and leads. Stop Parley first.

  npm run seed -- [--contacts 2500] [--seed 1] [--password …] [--force]

It refuses to write into a workspace that has contacts already, unless you say --force.`

const day = 24 * 60 * 60_000
const batch = 250
/** As many of the contacts have written; the others came from an address book. */
const talkative = 0.45

await runTool(async () => {
  const { values } = parseArgs({
    options: {
      contacts: { type: 'string', default: '2500' },
      seed: { type: 'string', default: '1' },
      password: { type: 'string' },
      force: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const count = Number(values.contacts)
  if (values.help || !Number.isInteger(count) || count < 1 || count > 100_000) console.log(usage)
  else await seed(count, values)
})

type Values = { seed: string; password?: string | undefined; force: boolean }

async function seed(contacts: number, values: Values): Promise<void> {
  const config = readConfig()
  const random = createRandom(Number(values.seed))
  const now = Date.now()
  // Rows carry the time at which they would have been written.
  const clock = { at: now - 100 * day }
  const store = await openStore(config.storeUrl, model, { now: () => new Date(clock.at) })
  try {
    if (!values.force && (await hasContacts(store))) {
      console.error('This workspace has contacts already. Say --force to add the samples to them.')
      process.exitCode = 1
      return
    }
    const demo = await openDemo(store.system, store.workspace, values.password ?? randomBytes(9).toString('base64url'))
    const files = await storeSamples(join(config.dataFolder, 'media'))
    let chats = 0
    let leads = 0
    for (let from = 0; from < contacts; from += batch) {
      const size = Math.min(batch, contacts - from)
      // The newest batch reaches to this very moment.
      const reach = (until: number) => now - 90 * day * (1 - until / contacts) ** 1.3
      clock.at = reach(from)
      const known = await writeContacts(demo, random, from, size)
      const talks = chooseChats(demo, random, known, {
        from: reach(from),
        to: Math.min(now, reach(from + size)),
        now,
      })
      const conversations = await writeChats(demo, random, files, talks, now)
      const byContact = new Map(conversations.map((conversation) => [conversation.contactId, conversation]))
      leads += await writeLeads(
        demo,
        random,
        talks.flatMap((talk) => {
          const conversation = byContact.get(talk.contact.id)
          return conversation && random.chance(0.45) ? [{ ...talk, conversation }] : []
        }),
        now,
      )
      chats += talks.length
      console.log(`${from + size} of ${contacts} contacts, ${chats} chats, ${leads} leads`)
    }
    console.log(`Done. ${demo.tell}`)
  } finally {
    await store.close()
  }
}

/** The practice customer does not count. */
async function hasContacts({ system, workspace }: AppStore): Promise<boolean> {
  const [first] = await system.workspaces.find({ sort: ['createdAt', 'asc'], limit: 1 })
  return first !== undefined && (await workspace(first.id).contacts.find({ limit: 2 })).length > 1
}

async function storeSamples(folder: string): Promise<SampleFiles> {
  const media = await openMediaFiles(folder)
  const keep = async (name: 'voice' | 'document' | 'image', filename?: string) => {
    const { bytes, mimeType } = readSample(name)
    const draft = await media.receive(Readable.from([bytes]), { maxBytes: 1_000_000 })
    await draft.keep()
    return { sha256: draft.sha256, mimeType, bytes: draft.bytes, ...(filename && { filename }) }
  }
  return {
    voice: await keep('voice'),
    document: await keep('document', 'Offer Café Aurora.pdf'),
    image: await keep('image'),
  }
}

async function writeContacts({ store }: Demo, random: Random, from: number, size: number): Promise<Contact[]> {
  const people = Array.from({ length: size }, (_, offset) => makePerson(random, from + offset))
  const contacts = await store.contacts.insertMany(
    people.map(({ name, phone, language, city, email }) => {
      const status = random.chance(0.5)
        ? ('opted_in' as const)
        : random.chance(0.08)
          ? ('opted_out' as const)
          : ('unknown' as const)
      const at = status === 'unknown' ? null : new Date(Date.now() - random.between(1, 300) * day).toISOString()
      return {
        name: random.chance(0.3) ? name : null,
        profileName: name,
        displayName: name,
        phone,
        email,
        language,
        tags: [random.chance(0.25) && 'regular', random.chance(0.2) && 'newsletter'].filter((tag) => tag !== false),
        fields: { city },
        optInStatus: status,
        optIn: { status, at, source: at ? 'Counter' : null },
      }
    }),
  )
  await store.contactIdentities.insertMany(
    contacts.map(({ id, phone }) => ({ contactId: id, kind: 'phone' as const, value: phone!.slice(1) })),
    { ifTaken: 'skip' },
  )
  return contacts
}

function chooseChats(
  { team }: Demo,
  random: Random,
  contacts: readonly Contact[],
  { from, to, now }: { from: number; to: number; now: number },
): Chat[] {
  const talkers = contacts.filter(() => random.chance(talkative))
  return talkers.map((contact, index) => {
    const dialogue = random.pick(dialogues[(contact.language ?? 'en') as keyof typeof dialogues])
    const isShort = random.chance(0.35)
    const lines = isShort ? dialogue.lines.slice(0, random.between(1, dialogue.lines.length)) : dialogue.lines
    const endsAt = Math.min(to - random.between(0, 20) * 60_000, from + ((to - from) * (index + 1)) / talkers.length)
    const answered = lines.some((line) => line.from === 'us')
    return {
      contact,
      dialogue,
      lines,
      endsAt: toBusyHour(endsAt, now),
      userId: answered || random.chance(0.3) ? random.pick(team).id : null,
    }
  })
}
