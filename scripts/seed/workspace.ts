import { createPasswords } from '../../backend/features/auth/passwords.ts'
import { emailKeyOf } from '../../backend/features/auth/accounts.ts'
import { createDefaultStages } from '../../backend/features/leads/stages.ts'
import { addSamples } from '../../backend/features/first-run/samples.ts'
import { WorkspaceSettings } from '../../backend/contract/workspace.ts'
import type { AppStore, Channel, User, WorkspaceStore } from '../../backend/model/index.ts'

export type Demo = { store: WorkspaceStore; channel: Channel; team: User[]; tell: string }

const colleagues = [
  { name: 'Beatriz Costa', role: 'admin' as const },
  { name: 'Tomás Reis', role: 'agent' as const },
  { name: 'Lena Vogt', role: 'agent' as const },
  { name: 'Emeka Obi', role: 'agent' as const },
]

/** The workspace that is there already, or a new one with its owner when nobody has an account yet. */
export async function openDemo(
  system: AppStore['system'],
  open: AppStore['workspace'],
  password: string,
): Promise<Demo> {
  const [known] = await system.workspaces.find({ sort: ['createdAt', 'asc'], limit: 1 })
  const workspace = known ?? (await createWorkspace(system))
  const store = open(workspace.id)
  const passwords = createPasswords()
  let tell = 'Sign in as you did before.'
  if (!known) {
    const owner = { name: 'Olga Martins', email: 'olga@aurora.example', role: 'owner' as const }
    await store.users.insert({
      ...owner,
      emailKey: emailKeyOf(owner.email),
      passwordHash: await passwords.hash(password),
    })
    await createDefaultStages({ store })
    tell = `Sign in as ${owner.email} with the password  ${password}`
  }
  // They have a desk and a name, but no password that anybody knows.
  await store.users.insertMany(
    colleagues.map(({ name, role }, index) => {
      const email = `${name
        .split(' ')[0]!
        .normalize('NFD')
        .replaceAll(/[^a-z]/gi, '')
        .toLowerCase()}@aurora.example`
      const emailKey = known ? `${workspace.id}.${index}.${email}` : email
      return { name, role, email: emailKey, emailKey, passwordHash: 'nobody' }
    }),
    { ifTaken: 'skip' },
  )
  const channel =
    (await store.channels.first({ kind: 'cloud' })) ??
    (await store.channels.insert({
      kind: 'cloud',
      name: 'Café Aurora',
      businessPhone: '+351210000000',
      secretHints: {},
      info: {},
      businessAccountId: 'demo-account',
    }))
  await addSamples({ store, notify() {} })
  return { store, channel, team: await store.users.find({ sort: ['name', 'asc'], limit: 50 }), tell }
}

/** The fixed id of a first workspace closes the set-up, as registering does. */
function createWorkspace(system: AppStore['system']) {
  return system.workspaces.insert({
    id: 'ws_first',
    name: 'Café Aurora',
    settings: WorkspaceSettings.parse({
      timeZone: 'Europe/Lisbon',
      language: 'pt',
      defaultCountry: 'PT',
      firstRunDismissed: true,
      pipeline: { currency: 'EUR' },
    }),
  })
}
