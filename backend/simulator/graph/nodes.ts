import { noSuchObject } from '../errors/graph-error.ts'
import { getAccount, getBusiness } from './accounts.ts'
import { getApp } from './apps.ts'
import type { Call } from './call.ts'
import { deleteMedia, showMedia } from './media.ts'
import { getNumber, updateNumber } from './phone-numbers.ts'
import { editTemplate, getTemplate } from './templates/templates.ts'
import { continueUpload, showUpload } from './uploads.ts'

/** `/{id}` is one path for objects of every kind: the id decides. */
export function getNode(call: Call, id: string): object {
  const { world } = call.simulation
  if (world.phoneNumbers.has(id)) return getNumber(call, id)
  if (world.accounts.has(id)) return getAccount(call, id)
  if (world.templates.has(id)) return getTemplate(call, id)
  if (world.apps.has(id)) return getApp(call, id)
  if (world.businesses.has(id)) return getBusiness(call, id)
  if (id.startsWith('upload:')) return showUpload(call, id)
  const media = world.media.get(id)
  if (media) return showMedia(call, media)
  throw noSuchObject(id, call.method)
}

export function postNode(call: Call, id: string): object | Promise<object> {
  const { world } = call.simulation
  if (world.phoneNumbers.has(id)) return updateNumber(call, id)
  if (world.templates.has(id)) return editTemplate(call, id)
  if (id.startsWith('upload:')) return continueUpload(call, id)
  throw noSuchObject(id, call.method)
}

export function deleteNode(call: Call, id: string): object {
  const media = call.simulation.world.media.get(id)
  if (media) return deleteMedia(call, media)
  throw noSuchObject(id, call.method)
}
