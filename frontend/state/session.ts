import { computed, inject, shallowRef, type ComputedRef, type InjectionKey, type ShallowRef } from 'vue'
import { auth } from '#contract/auth.ts'
import type { Access, Answer, Request } from '#contract/route.ts'
import { ApiError, call, onRefusal } from '../api/client.ts'
import { beginKeepingWords, forgetWords } from './kept-words.ts'

export type SignedIn = Answer<typeof auth.me>
export type AuthState = Answer<typeof auth.state>

export type Session = {
  /** undefined: not asked yet. null: nobody. */
  current: ShallowRef<SignedIn | null | undefined>
  visitor: ShallowRef<AuthState | undefined>
  signedIn: ComputedRef<SignedIn>
  load: () => Promise<void>
  unlock: (appPassword: string) => Promise<void>
  login: (body: Request<typeof auth.login>['body']) => Promise<void>
  register: (body: Request<typeof auth.register>['body']) => Promise<void>
  logout: () => Promise<void>
  may: (access: Access | undefined) => boolean
}

export const sessionKey: InjectionKey<Session> = Symbol('session')

const rank: Record<Access, number> = { public: 0, member: 1, admin: 2, owner: 3 }
const rankOfRole = { agent: rank.member, admin: rank.admin, owner: rank.owner }

/** Who is signed in. Any request that finds the session or the app password gone ends it here, and App.vue shows the door. */
export function createSession(): Session {
  const current = shallowRef<SignedIn | null>()
  const visitor = shallowRef<AuthState>()

  onRefusal((error) => {
    if (error.code === 'auth.app_password_required')
      visitor.value = { ...closedDoor, ...visitor.value, needsAppPassword: true }
    else if (error.code !== 'auth.required') return
    if (current.value) current.value = null
  })

  function enter(signedIn: SignedIn) {
    beginKeepingWords(signedIn.user.id)
    current.value = signedIn
  }

  async function load() {
    visitor.value = await call(auth.state, {})
    if (visitor.value.needsAppPassword || visitor.value.needsSetup) return void (current.value = null)
    const found = await call(auth.me, {}).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    })
    if (found) enter(found)
    else current.value = null
  }

  return {
    current,
    visitor,
    signedIn: computed(() => {
      if (!current.value) throw new Error('Nobody is signed in.')
      return current.value
    }),
    load,
    async unlock(appPassword) {
      await call(auth.unlock, { body: { password: appPassword } })
      await load()
    },
    async login(body) {
      enter(await call(auth.login, { body }))
    },
    async register(body) {
      enter(await call(auth.register, { body }))
      visitor.value = { ...closedDoor, ...visitor.value, needsSetup: false }
    },
    async logout() {
      await call(auth.logout, {})
      forgetWords()
      current.value = null
    },
    may: (access = 'member') =>
      access === 'public' || (current.value ? rankOfRole[current.value.user.role] >= rank[access] : false),
  }
}

const closedDoor: AuthState = { needsSetup: false, registrationOpen: false, needsAppPassword: false }

export function useSession(): Session {
  const session = inject(sessionKey)
  if (!session) throw new Error('No session was provided.')
  return session
}
