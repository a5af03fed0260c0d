import { Router, type Request, type Response } from 'express'
import { MediaFile, MediaUpload } from '../contract/media.ts'
import { Id } from '../contract/values.ts'
import { AppError } from '../errors.ts'
import type { Context, ContextFor } from '../feature.ts'
import type { Draft, MediaFiles } from '../platform/media/media.ts'
import { answerData } from './answer.ts'
import { issuesOf } from './input.ts'
import { receiveForm } from './multipart.ts'
import { sendFile, type FileToSend } from './send-file.ts'
import { endWhenSignedOut } from './still-signed-in.ts'
import { requireAccess, viewerOf, type Authenticate } from './session.ts'

type Uploaded = MediaUpload & { draft: Draft; mimeType: string | null; filename: string | null }

export type MediaRouteOptions = {
  authenticate: Authenticate
  contextFor: ContextFor
  files: Pick<MediaFiles, 'receive' | 'read'>
  /** The largest upload. */
  maxBytes: number
  storeUpload: (context: Context, uploaded: Uploaded) => Promise<MediaFile>
  /** Refuses files of other workspaces like unknown ones, and those whose bytes are not here. */
  findFile: (context: Context, mediaId: string) => Promise<FileToSend>
}

/** The two routes that are not JSON: a file comes in, and its bytes go out. Belongs behind the cross-site check. */
export function createMediaRoutes({
  authenticate,
  contextFor,
  files,
  maxBytes,
  ...feature
}: MediaRouteOptions): Router {
  async function signIn(request: Request, response: Response) {
    const identity = requireAccess(await authenticate(request))
    response.locals['user'] = identity.user.id
    endWhenSignedOut(request, response, authenticate, identity)
    const { user, workspaceId } = identity
    return { ...contextFor(workspaceId, viewerOf(identity)), user }
  }

  const router = Router({ caseSensitive: true })

  router.post('/media', async (request, response) => {
    const context = await signIn(request, response)
    const { draft, mimeType, filename, fields } = await receiveForm(request, response, { files, maxBytes })
    try {
      const { data, error } = MediaUpload.safeParse(fields)
      if (!data) throw new AppError('request.invalid', { details: issuesOf('body', error) })
      const stored = await feature.storeUpload(context, { ...data, draft, mimeType, filename })
      answerData(response, 201, MediaFile.parse(stored))
      context.flush()
    } finally {
      await draft.discard()
    }
  })

  router.get('/media/:mediaId/file', async (request, response) => {
    const context = await signIn(request, response)
    const { data: mediaId } = Id.regex(/^\w+$/).safeParse(request.params['mediaId'])
    if (!mediaId) throw new AppError('media.not_found')
    await sendFile(request, response, files, await feature.findFile(context, mediaId))
  })

  return router
}
