import type { Credentials } from '../../channel.ts'
import { keepJson, readList, readObject, readText, type Json } from '../json.ts'
import { compact } from '../messages/kind.ts'
import { mapResult, type Graph, type GraphResult } from './call.ts'

const product = { messaging_product: 'whatsapp' }

/** The PIN is set, or proved when there is one. Ten times in 72 hours at most. */
export async function registerNumber(graph: Graph, credentials: Credentials, pin: string): Promise<GraphResult<void>> {
  return post(graph, credentials, ['register'], { ...product, pin })
}

export async function deregisterNumber(graph: Graph, credentials: Credentials): Promise<GraphResult<void>> {
  return post(graph, credentials, ['deregister'], product)
}

export async function setPin(graph: Graph, credentials: Credentials, pin: string): Promise<GraphResult<void>> {
  return post(graph, credentials, [], { pin })
}

export async function requestCode(
  graph: Graph,
  credentials: Credentials,
  { method, language }: { method: 'SMS' | 'VOICE'; language: string },
): Promise<GraphResult<void>> {
  return post(graph, credentials, ['request_code'], { code_method: method, language })
}

export async function verifyCode(graph: Graph, credentials: Credentials, code: string): Promise<GraphResult<void>> {
  return post(graph, credentials, ['verify_code'], { code })
}

/** Null takes the override back: webhooks go to the app's own address again. */
export async function setPhoneWebhook(
  graph: Graph,
  credentials: Credentials,
  override: { url: string; verifyToken: string } | null,
): Promise<GraphResult<void>> {
  const webhook_configuration = override
    ? { override_callback_uri: override.url, verify_token: override.verifyToken }
    : { override_callback_uri: '' }
  return post(graph, credentials, [], { webhook_configuration })
}

export type Profile = {
  about?: string
  address?: string
  description?: string
  email?: string
  websites?: string[]
  vertical?: string
  pictureUrl?: string
}

const profileFields = 'about,address,description,email,profile_picture_url,websites,vertical'

export async function getProfile(
  graph: Graph,
  { accessToken: token, phoneNumberId }: Credentials,
): Promise<GraphResult<Profile>> {
  const result = await graph.call({
    token,
    path: [phoneNumberId, 'whatsapp_business_profile'],
    query: { fields: profileFields },
  })
  return mapResult(result, (value) => {
    const [profile = {}] = readList(value['data'])
    const { about, address, description, email, websites, vertical, profile_picture_url } = profile
    return compact({
      about: readText(about),
      address: readText(address),
      description: readText(description),
      email: readText(email),
      websites: Array.isArray(websites) ? websites.flatMap((url) => readText(url) ?? []) : undefined,
      vertical: readText(vertical),
      pictureUrl: readText(profile_picture_url),
    })
  })
}

/** `pictureHandle` comes from `uploadSample`. */
export async function editProfile(
  graph: Graph,
  credentials: Credentials,
  { pictureHandle, ...fields }: Omit<Profile, 'pictureUrl'> & { pictureHandle?: string },
): Promise<GraphResult<void>> {
  const json = compact({ ...product, ...fields, profile_picture_handle: pictureHandle })
  return post(graph, credentials, ['whatsapp_business_profile'], json)
}

/** Calling, identity checks, storage: Meta's own shapes. */
export async function getPhoneSettings(
  graph: Graph,
  { accessToken: token, phoneNumberId }: Credentials,
): Promise<GraphResult<Json>> {
  return mapResult(await graph.call({ token, path: [phoneNumberId, 'settings'] }), (value) =>
    readObject(keepJson(value)),
  )
}

export async function editPhoneSettings(
  graph: Graph,
  credentials: Credentials,
  settings: Json,
): Promise<GraphResult<void>> {
  return post(graph, credentials, ['settings'], settings)
}

async function post(
  graph: Graph,
  { accessToken: token, phoneNumberId }: Credentials,
  path: readonly string[],
  json: object,
): Promise<GraphResult<void>> {
  return mapResult(await graph.call({ token, method: 'POST', path: [phoneNumberId, ...path], json }), () => undefined)
}
