import type { Channel, SystemStore } from '../../model/index.ts'

/*
 * Whose number it is. Anybody may type any phone number id, so that alone neither takes a number from somebody nor tells
 * whether somebody has it. It belongs to the one channel of the installation that proved it: Meta let the channel's own
 * token open the number, in the account that the channel names.
 *
 * One app of Meta may serve every workspace of an installation: its secret (WHATSAPP_APP_SECRET) signs the webhooks of them
 * all. What it signs goes to
 * - the channel that proved the number
 * - while nobody has, to the workspace that was there first: whoever set the installation up has set the secret, too
 * A channel with an app secret of its own needs no proof: what that secret signs comes from its own app.
 */
type Claim = Pick<Channel, 'workspaceId' | 'phoneNumberId' | 'provenNumberId'>

export async function firstWorkspaceId(system: Pick<SystemStore, 'workspaces'>): Promise<string | undefined> {
  const [first] = await system.workspaces.find({ sort: ['createdAt', 'asc'], limit: 1 })
  return first?.id
}

export const isProven = ({ phoneNumberId, provenNumberId }: Omit<Claim, 'workspaceId'>) =>
  provenNumberId !== null && provenNumberId === phoneNumberId

export function mayUseSharedSecret(claim: Claim, firstId: string | undefined): boolean {
  return isProven(claim) || claim.workspaceId === firstId
}

/** Whether webhooks of a number are kept back, because it was only typed in and the secret that signs them is everybody's. */
export function createClaimCheck(system: Pick<SystemStore, 'workspaces' | 'channels'>, appSecret: string | undefined) {
  return async (channel: Channel): Promise<boolean> => {
    if (!appSecret || !channel.phoneNumberId || channel.appSecret !== null || isProven(channel)) return false
    if (channel.workspaceId !== (await firstWorkspaceId(system))) return true
    return (await findProven(system, channel.phoneNumberId)) !== undefined
  }
}

export function findProven(system: Pick<SystemStore, 'channels'>, phoneNumberId: string): Promise<Channel | undefined> {
  return system.channels.first({ provenNumberId: phoneNumberId })
}
