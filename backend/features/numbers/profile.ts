import type { BusinessProfile, numbers as routes } from '../../contract/numbers.ts'
import type { Parsed } from '../../contract/route.ts'
import type { Context } from '../../feature.ts'
import type { GraphClient } from '../../platform/channel/channel.ts'
import { valueOf, type NumberDeps, type Opened } from './open-number.ts'

export async function readProfile(graph: GraphClient, { credentials }: Opened): Promise<BusinessProfile> {
  return valueOf(await graph.getProfile(credentials))
}

type Patch = Parsed<typeof routes.editProfile>['body']

/** Changes what customers see, and answers what Meta made of it. */
export async function editProfile(
  deps: NumberDeps,
  context: Context,
  opened: Opened,
  { pictureMediaId, ...fields }: Patch,
): Promise<BusinessProfile> {
  const pictureHandle = pictureMediaId ? await deps.uploadPicture(context, opened.channel, pictureMediaId) : undefined
  const named = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  valueOf(await deps.graph.editProfile(opened.credentials, { ...named, ...(pictureHandle ? { pictureHandle } : {}) }))
  return readProfile(deps.graph, opened)
}
