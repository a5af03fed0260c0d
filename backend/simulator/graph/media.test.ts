import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createManualClock } from '../clock.ts'
import { readSample } from '../samples/samples.ts'
import { setStage, type Stage } from '../test-tools.ts'

const auth = ({ simulator }: Stage) => ({ authorization: `Bearer ${simulator.credentials.accessToken}` })

async function upload(
  stage: Stage,
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
  more: Record<string, string> = { messaging_product: 'whatsapp' },
) {
  const form = new FormData()
  for (const [name, value] of Object.entries({ ...more, type })) form.set(name, value)
  form.set('file', new Blob([bytes], { type }), 'photo.jpg')
  const response = await fetch(`${stage.simulator.url}/v25.0/${stage.simulator.credentials.phoneNumberId}/media`, {
    method: 'POST',
    headers: auth(stage),
    body: form,
  })
  return {
    status: response.status,
    body: (await response.json()) as { id?: string; error?: { code: number; message: string } },
  }
}

const photo = () => new Uint8Array(readSample('image').bytes)

test('an upload gives an id, the id a URL, the URL the same bytes to the same token', async () => {
  const stage = await setStage()
  const { body } = await upload(stage, photo(), 'image/jpeg')
  expect(body).toEqual({ id: expect.stringMatching(/^\d+$/) })
  const described = await stage.graph('GET', `/${body.id}`)
  expect(described.body).toEqual({
    messaging_product: 'whatsapp',
    url: expect.stringContaining('/whatsapp_business/attachments/?mid='),
    mime_type: 'image/jpeg',
    sha256: createHash('sha256').update(photo()).digest('hex'),
    file_size: String(photo().byteLength),
    id: body.id,
  })
  const download = await fetch(described.body.url, { headers: auth(stage) })
  expect(download.headers.get('content-type')).toBe('image/jpeg')
  expect(new Uint8Array(await download.arrayBuffer())).toEqual(photo())
  expect((await fetch(described.body.url)).status).toBe(401)
})

test('a URL lives 5 minutes, an uploaded id 30 days, an inbound id 7 days', async () => {
  const clock = createManualClock()
  const stage = await setStage({ clock })
  const { body } = await upload(stage, photo(), 'image/jpeg')
  const inbound = stage.simulator.receive('image').message['image'] as { id: string; url: string }
  expect((await fetch(inbound.url, { headers: auth(stage) })).status).toBe(200)
  await clock.advance(301_000)
  expect((await fetch(inbound.url, { headers: auth(stage) })).status).toBe(404)
  const fresh = await stage.graph('GET', `/${inbound.id}`)
  expect((await fetch(fresh.body.url, { headers: auth(stage) })).status).toBe(200)
  await clock.advance(7 * 86_400_000)
  expect((await stage.graph('GET', `/${inbound.id}`)).body.error).toMatchObject({ code: 100, error_subcode: 33 })
  expect((await stage.graph('GET', `/${body.id}`)).status).toBe(200)
  await clock.advance(23 * 86_400_000)
  expect((await stage.graph('GET', `/${body.id}`)).status).toBe(400)
})

test('another number may not see it, a deleted id is gone, an unknown type and a missing file are refused', async () => {
  const stage = await setStage()
  const { body } = await upload(stage, photo(), 'image/jpeg')
  expect((await stage.graph('GET', `/${body.id}?phone_number_id=1`)).status).toBe(400)
  expect((await stage.graph('DELETE', `/${body.id}`)).body).toEqual({ success: true })
  expect((await stage.graph('GET', `/${body.id}`)).status).toBe(400)
  expect((await upload(stage, photo(), 'image/tiff')).body.error).toMatchObject({
    code: 100,
    message: expect.stringMatching(/one of the following types.*image\/tiff/),
  })
  expect((await upload(stage, photo(), 'image/jpeg', {})).body.error?.message).toMatch(/messaging_product is required/)
  expect(
    (
      await stage.graph('POST', `/${stage.simulator.credentials.phoneNumberId}/media`, {
        messaging_product: 'whatsapp',
      })
    ).body.error.message,
  ).toMatch(/file is required/)
  expect((await upload(stage, new Uint8Array(6 * 1024 * 1024), 'image/jpeg')).body.error?.code).toBe(131053)
})

test('an uploaded id can be sent; of a wrong kind it is accepted and fails with 131053', async () => {
  const stage = await setStage()
  const { body } = await upload(stage, photo(), 'image/jpeg')
  expect((await stage.send({ type: 'image', image: { id: body.id, caption: 'Look' } })).status).toBe(200)
  expect((await stage.send({ type: 'video', video: { id: body.id } })).status).toBe(200)
  await stage.simulator.settled()
  expect(stage.receiver.reported().filter((one) => one.status === 'failed')).toMatchObject([
    { errors: [{ code: 131053, error_data: { details: 'Unsupported media type image/jpeg' } }] },
  ])
})

test('inbound media of every type is real, downloadable, and matches its base64 hash', async () => {
  const stage = await setStage()
  for (const type of ['image', 'video', 'audio', 'document', 'sticker'] as const) {
    const part = stage.simulator.receive(type).message[type] as {
      url: string
      sha256: string
      mime_type: string
      filename?: string
    }
    const download = await fetch(part.url, { headers: auth(stage) })
    const bytes = new Uint8Array(await download.arrayBuffer())
    expect({
      type,
      sha256: createHash('sha256').update(bytes).digest('base64'),
      mime: download.headers.get('content-type'),
      isNamed: 'filename' in part,
    }).toEqual({ type, sha256: part.sha256, mime: part.mime_type, isNamed: type === 'document' })
  }
  const own = stage.simulator.receive(
    'document',
    { filename: 'a.txt', mimeType: 'text/plain' },
    { bytes: Buffer.from('mine') },
  ).message['document'] as { url: string }
  expect(await (await fetch(own.url, { headers: auth(stage) })).text()).toBe('mine')
})

test('downloads can be redirected elsewhere, cut off, or dropped', async () => {
  const stage = await setStage()
  const { url } = stage.simulator.receive('image').message['image'] as { url: string }
  stage.simulator.fault({ fault: { kind: 'redirect', to: 'http://127.0.0.1:9/elsewhere' }, match: { on: 'download' } })
  const redirected = await fetch(url, { headers: auth(stage), redirect: 'manual' })
  expect([redirected.status, redirected.headers.get('location')]).toEqual([302, 'http://127.0.0.1:9/elsewhere'])
  stage.simulator.fault({ fault: { kind: 'truncate' }, match: { on: 'download' } })
  await expect(fetch(url, { headers: auth(stage) }).then((response) => response.arrayBuffer())).rejects.toThrow(
    /terminated/,
  )
})

test('a resumable upload takes the bytes in parts and ends with a handle that a profile accepts', async () => {
  const stage = await setStage()
  const { appId, phoneNumberId, accessToken } = stage.simulator.credentials
  const bytes = photo()
  const session = await stage.graph(
    'POST',
    `/${appId}/uploads?file_name=a.jpg&file_length=${bytes.length}&file_type=image/jpeg`,
  )
  expect(session.body.id).toMatch(/^upload:.+\?sig=/)
  const put = async (offset: number, part: Uint8Array<ArrayBuffer>) => {
    const response = await fetch(`${stage.simulator.url}/v25.0/${session.body.id}`, {
      method: 'POST',
      headers: { authorization: `OAuth ${accessToken}`, file_offset: String(offset) },
      body: part,
    })
    return (await response.json()) as { h?: string; file_offset?: number }
  }
  expect(await put(0, bytes.slice(0, 1000))).toMatchObject({ file_offset: 1000 })
  const { h } = await put(1000, bytes.slice(1000))
  expect(h).toMatch(/^4::/)
  const profile = await stage.graph('POST', `/${phoneNumberId}/whatsapp_business_profile`, {
    messaging_product: 'whatsapp',
    profile_picture_handle: h,
  })
  expect(profile.body).toEqual({ success: true })
})
