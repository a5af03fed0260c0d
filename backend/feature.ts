import type { ServerEvent } from './contract/events.ts'
import type { Parsed, Result, Route } from './contract/route.ts'
import type { Visibility } from './contract/workspace.ts'
import type { User, WorkspaceStore } from './model/index.ts'

/** Who is asking, and everything they may touch. The first argument of every feature function. */
export type Context = {
  store: WorkspaceStore
  workspaceId: string
  /** Null for the worker, the webhooks and other work that no person asked for. */
  user: Pick<User, 'id' | 'name' | 'role' | 'createdAt'> | null
  now: () => Date
  /** The people of the workspace who have it open now; absent where nobody can know. */
  online?: () => string[]
  /** Which session and address the request came from; absent where nobody called. */
  sessionId?: string
  ip?: string
  /** Where the caller reached Parley (`https://crm.example.com`); absent where nobody called. */
  origin?: string
  /** Sent to the workspace's browsers after the request succeeded. */
  notify: (event: ServerEvent) => void
  /** Work for when the request has succeeded, which nobody waits for and which may fail; absent where nobody called. */
  afterwards?: (work: (context: Context) => Promise<void>) => void
}

/** Somebody whose store has only the conversations they may see. */
export type Viewer = { id: string; visibility: Visibility }

/** A context for work that no person asked for. `flush` sends the queued events; call it after the commit. */
export type ContextFor = (workspaceId: string, viewer?: Viewer) => Context & { flush: () => void }

/** A browser or program that need not be signed in: what the handler of a `public` route gets. */
export type PublicContext = {
  now: () => Date
  ip: string
  userAgent: string | null
  origin: string
  /** The session this browser says it has. */
  sessionToken: string | null
  /** Gives this browser a session, or takes it away. */
  keepSession: (token: string | null) => void
  /** The installation has a password that this browser has not given yet. */
  needsAppPassword: boolean
  /** Lets this browser in when the password of the installation is right, and refuses otherwise. */
  enterAppPassword: (password: string) => Promise<void>
}

type ContextOf<R extends Route> = R['access'] extends 'public' ? PublicContext : Context
export type Handler<R extends Route> = (context: ContextOf<R>, request: Parsed<R>) => Promise<Result<R>>
export type Handlers<Routes extends Record<string, Route>> = { [Name in keyof Routes]: Handler<Routes[Name]> }
/** `call` is only ever given the context and the request of its own route, so the shapes need not be known here. */
export type Endpoint = { route: Route; call: (context: never, request: never) => Promise<unknown> }
export type Feature = { endpoints: Endpoint[] }

/** Pairs a contract with its functions. A route without a handler does not compile. */
export function implement<const Routes extends Record<string, Route>>(
  routes: Routes,
  handlers: Handlers<Routes>,
): Feature {
  return {
    endpoints: Object.entries(routes).map(([name, route]) => ({
      route,
      call: handlers[name] as Endpoint['call'],
    })),
  }
}
