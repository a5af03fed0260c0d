import * as z from 'zod'
import { defineRoutes } from './route.ts'
import { Id, Instant } from './values.ts'

/**
 * pending: the bytes are on their way. ready: they can be fetched. failed: see `error`; it is tried again by itself and may
 * be tried by hand. expired: gone at Meta.
 */
export const MediaState = z.enum(['pending', 'ready', 'failed', 'expired'])
export type MediaState = z.infer<typeof MediaState>

export const MediaFile = z.object({
  id: Id,
  createdAt: Instant,
  state: MediaState,
  /** What the bytes are, not what somebody said; `application/octet-stream` when they are nothing known. */
  mimeType: z.string().nullable(),
  bytes: z.number().nullable(),
  filename: z.string().nullable(),
  /** Of pictures, as people see them. */
  width: z.number().nullable(),
  height: z.number().nullable(),
  error: z.string().nullable(),
})
export type MediaFile = z.infer<typeof MediaFile>

/** What a file is to be sent as; limits and formats differ. */
export const MediaPurpose = z.enum(['image', 'video', 'audio', 'document', 'sticker'])
export type MediaPurpose = z.infer<typeof MediaPurpose>

/**
 * The fields beside `file` in `POST /api/media`, as text. With `type` the file is checked for it at once, else when it is
 * sent. `voice`: it must be a voice note (OGG with Opus, one channel).
 */
export const MediaUpload = z.strictObject({
  type: MediaPurpose.optional(),
  voice: z.stringbool().optional(),
})
export type MediaUpload = z.output<typeof MediaUpload>

/** The upload (`POST /api/media`, multipart) and the bytes (`GET /api/media/:mediaId/file`) are in http/media.ts. */
export const media = defineRoutes({
  get: { method: 'GET', path: '/media/:mediaId', result: MediaFile, summary: 'State of a file' },
  retry: {
    method: 'POST',
    path: '/media/:mediaId/retry',
    result: MediaFile,
    status: 202,
    summary: 'Fetch a file from Meta again',
  },
})
