import { readText } from '../json.ts'
import { refusedBy, type Graph, type GraphResult } from './call.ts'
import { uploadTimeout } from './media.ts'

/** Samples of template headers and profile pictures go another way: a session first, then the bytes. */
export async function uploadSample(
  graph: Graph,
  app: { appId: string; accessToken: string },
  { path, bytes, mimeType, filename }: { path: string; bytes: number; mimeType: string; filename: string },
): Promise<GraphResult<{ handle: string }>> {
  const token = app.accessToken
  const query = { file_name: filename, file_length: bytes, file_type: mimeType }
  const session = await graph.call({ token, method: 'POST', path: [app.appId, 'uploads'], query })
  if (!session.ok) return session
  // `upload:MTph…?sig=ARZq…`: an address with its query, not an id.
  const [id, signature] = readText(session.value['id'])?.split('?sig=') ?? []
  if (!id) return refusedBy(200, session.value)
  const uploaded = await graph.call({
    token,
    method: 'POST',
    path: [id],
    query: { sig: signature },
    headers: { authorization: `OAuth ${token}`, file_offset: '0' },
    body: { path, mimeType },
    timeoutMs: uploadTimeout,
  })
  if (!uploaded.ok) return uploaded
  const handle = readText(uploaded.value['h'])
  return handle ? { ok: true, value: { handle } } : refusedBy(200, uploaded.value)
}
