import type { Check } from '../../contract/doctor.ts'
import { say } from './findings.ts'

export type Pasted = { appId: string; appSecret: string; accessToken: string }
type Kind = 'nothing' | 'app_id' | 'app_secret' | 'app_token' | 'token' | 'phone' | 'unknown'

/** What a pasted value is, told by its form. */
export function kindOf(value: string): Kind {
  const text = value.trim()
  if (text === '') return 'nothing'
  if (/^\d{13,17}$/.test(text)) return 'app_id'
  if (/^\d{5,}\|\S+$/.test(text)) return 'app_token'
  if (/^[0-9a-f]{32}$/i.test(text)) return 'app_secret'
  if (/^EAA[A-Za-z0-9]{10,}$/.test(text)) return 'token'
  if (/^\+?[\d ().-]{7,20}$/.test(text)) return 'phone'
  return 'unknown'
}

/** The lines for the three values as far as their form tells; a value of the right form has no line yet. */
export function checkPasted({ appId, appSecret, accessToken }: Pasted): {
  appId?: Check
  appSecret?: Check
  token?: Check
} {
  const idCheck = checkAppId(kindOf(appId))
  const secretCheck = checkAppSecret(kindOf(appSecret))
  const tokenCheck = checkToken(kindOf(accessToken))
  return {
    ...(idCheck ? { appId: idCheck } : {}),
    ...(secretCheck ? { appSecret: secretCheck } : {}),
    ...(tokenCheck ? { token: tokenCheck } : {}),
  }
}

function checkAppId(kind: Kind): Check | undefined {
  switch (kind) {
    case 'app_id':
      return undefined
    case 'nothing':
      return say('app_id.missing')
    case 'app_secret':
      return say('app_id.is_secret')
    case 'token':
    case 'app_token':
      return say('app_id.is_token')
    case 'phone':
      return say('app_id.is_phone')
    case 'unknown':
      return say('app_id.malformed')
  }
}

function checkAppSecret(kind: Kind): Check | undefined {
  switch (kind) {
    case 'app_secret':
      return undefined
    case 'nothing':
      return say('app_secret.missing')
    case 'token':
    case 'app_token':
      return say('app_secret.is_token')
    case 'app_id':
      return say('app_secret.is_app_id')
    case 'phone':
    case 'unknown':
      return say('app_secret.malformed')
  }
}

/** What Meta's tokens look like may change, so an unknown form is left to Meta. */
function checkToken(kind: Kind): Check | undefined {
  switch (kind) {
    case 'nothing':
      return say('token.missing')
    case 'app_secret':
      return say('token.is_app_secret')
    case 'app_id':
    case 'phone':
      return say('token.is_app_id')
    case 'app_token':
      return say('token.is_app_token')
    case 'token':
    case 'unknown':
      return undefined
  }
}
