import { GraphError, missingParameter, noSuchObject } from '../errors/graph-error.ts'
import type { Upload, World } from '../world/world.ts'
import type { Call } from './call.ts'
import { findApp } from './find.ts'

/** The Resumable Upload API: a session, then bytes, then a handle for template samples and profile pictures. */
export function startUpload(call: Call, appId: string): object {
  const app = findApp(call, appId)
  const length = Number(call.params['file_length'])
  const type = call.params['file_type']
  if (!Number.isInteger(length) || length <= 0) throw missingParameter('file_length')
  if (typeof type !== 'string') throw missingParameter('file_type')
  const { simulation } = call
  const upload: Upload = {
    id: `upload:${Buffer.from(simulation.ids.hex(24)).toString('base64url')}`,
    appId: app.id,
    fileName: String(call.params['file_name'] ?? 'file'),
    fileType: type,
    fileLength: length,
    bytes: new Uint8Array(),
  }
  simulation.world.uploads.set(upload.id, upload)
  return { id: `${upload.id}?sig=${simulation.ids.hex(20)}` }
}

export function continueUpload(call: Call, id: string): object {
  const upload = findUpload(call, id)
  const offset = Number(call.request.get('file_offset'))
  if (offset !== upload.bytes.byteLength)
    throw new GraphError(100, { title: `file_offset must be ${upload.bytes.byteLength}` })
  const bytes = Buffer.isBuffer(call.request.body) ? call.request.body : Buffer.alloc(0)
  upload.bytes = Buffer.concat([upload.bytes, bytes])
  if (upload.bytes.byteLength < upload.fileLength) return { id: upload.id, file_offset: upload.bytes.byteLength }
  upload.handle = `4::${Buffer.from(upload.fileType).toString('base64')}:ARZ${call.simulation.ids.hex(30)}:e:1:${upload.appId}`
  return { h: upload.handle }
}

export function showUpload(call: Call, id: string): object {
  const upload = findUpload(call, id)
  return { id: upload.id, file_offset: upload.bytes.byteLength }
}

export const findByHandle = (world: World, handle: string): Upload | undefined =>
  [...world.uploads.values()].find((upload) => upload.handle === handle)

function findUpload(call: Call, id: string): Upload {
  const upload = call.simulation.world.uploads.get(id)
  if (!upload) throw noSuchObject(id, call.method)
  return upload
}
