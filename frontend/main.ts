import './zod.ts'
import './styles/base.css'
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import { conversations } from '#contract/conversations.ts'
import { applyChanges, connectLive, liveKey } from './api/live.ts'
import { ApiError, call } from './api/client.ts'
import { createRealtime, realtimeKey } from './api/realtime.ts'
import { keys } from './api/keys.ts'
import App from './App.vue'
import { appearanceKey, createAppearance } from './composables/useAppearance.ts'
import { createNotices, noticesKey } from './composables/useNotice.ts'
import { createNow, nowKey } from './composables/useNow.ts'
import { createPracticePhone, practicePhoneKey } from './composables/usePracticePhone.ts'
import { createViewers, viewersKey } from './composables/useViewers.ts'
import { reloadWhenOutdated } from './outdated.ts'
import { createPages } from './router.ts'
import { commandsKey, createCommands } from './state/commands.ts'
import { createOutbox, outboxKey } from './state/outbox.ts'
import { createSession, sessionKey } from './state/session.ts'

reloadWhenOutdated(window, Date.now)

/** The composition root of the dashboard: everything that several pages share is made here and provided. */
const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Live events keep what is cached right; a lost line invalidates it (see onGap).
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 30 * 60_000,
      refetchOnWindowFocus: false,
      // A line that was cut is tried twice, a server that is busy or starting (503) for some fifteen seconds.
      retry: (count, error) => error instanceof ApiError && count < ({ 0: 2, 503: 4 }[error.status] ?? 0),
    },
  },
})

const session = createSession()
const outbox = createOutbox()
const live = { queryClient, outbox, leadTurns: new Map(), userId: () => session.current.value?.user.id }
const realtime = createRealtime({
  fetchChanges: (since) => call(conversations.changes, { query: { since } }),
  onChanges(changes) {
    applyChanges(live, changes)
    // Notes and notifications are not among the changes; there are few, and only those on the screen are asked for.
    for (const queryKey of [keys.allActivity, keys.notifications]) void queryClient.invalidateQueries({ queryKey })
  },
  onGap: () => void queryClient.invalidateQueries(),
  onRefused: () => void session.load().catch(() => undefined),
})
connectLive(live, realtime)
const router = createPages(session)

const app = createApp(App)
app.use(VueQueryPlugin, { queryClient })
app.use(router)
app.provide(sessionKey, session)
app.provide(noticesKey, createNotices())
app.provide(realtimeKey, realtime)
app.provide(outboxKey, outbox)
app.provide(liveKey, live)
app.provide(commandsKey, createCommands())
app.runWithContext(() => {
  app.provide(appearanceKey, createAppearance())
  app.provide(nowKey, createNow())
  app.provide(viewersKey, createViewers(realtime))
  app.provide(practicePhoneKey, createPracticePhone())
})
app.mount('#app')
