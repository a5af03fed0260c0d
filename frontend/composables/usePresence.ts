import { computed, onScopeDispose, ref } from 'vue'
import { useRealtime } from '../api/realtime.ts'
import { useSession } from '../state/session.ts'

/** As `typingSeconds` of contract/events.ts, written here so that its schemas stay out of the first load. */
const typingEndsAfter = 6000

type Person = { id: string; name: string }

/** Who else looks at this chat and who is typing in it. Joins its room for as long as the component lives. */
export function usePresence(conversationId: string) {
  const realtime = useRealtime()
  const session = useSession()
  const viewers = ref<Person[]>([])
  const typists = ref<Person[]>([])
  const me = () => session.current.value?.user.id
  const timers = new Map<string, ReturnType<typeof setTimeout>>()

  function endTyping(userId: string) {
    clearTimeout(timers.get(userId))
    timers.delete(userId)
    typists.value = typists.value.filter((person) => person.id !== userId)
  }

  const stops = [
    realtime.watch(conversationId),
    realtime.on('presence', (event) => {
      if (event.conversationId === conversationId) viewers.value = event.users.filter(({ id }) => id !== me())
    }),
    realtime.on('typing:start', ({ conversationId: id, userId, name }) => {
      if (id !== conversationId || userId === me()) return
      endTyping(userId)
      typists.value = [...typists.value, { id: userId, name }]
      // Whoever goes on typing says so again before this is over; a line that broke says nothing.
      timers.set(userId, setTimeout(endTyping, typingEndsAfter, userId))
    }),
    realtime.on('typing:stop', ({ conversationId: id, userId }) => {
      if (id === conversationId) endTyping(userId)
    }),
  ]
  onScopeDispose(() => {
    for (const stop of stops) stop()
    for (const timer of timers.values()) clearTimeout(timer)
  })

  const names = (people: Person[]) => new Intl.ListFormat('en').format(people.map(({ name }) => name))
  const sentence = computed(() => {
    if (typists.value.length > 0) return `${names(typists.value)} ${typists.value.length > 1 ? 'are' : 'is'} typing …`
    return viewers.value.length > 0 ? `${names(viewers.value)} ${viewers.value.length > 1 ? 'are' : 'is'} here too` : ''
  })
  return { viewers, typists, sentence }
}

const stillTyping = 4000

/** Tells the others while this person types, at most every few seconds, and that they stopped. */
export function useTypingSignal(conversationId: string) {
  const realtime = useRealtime()
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastSent = 0

  function stop() {
    if (!lastSent) return
    clearTimeout(timer)
    lastSent = 0
    realtime.emit('typing:stop', { conversationId })
  }
  function typed() {
    const now = performance.now()
    if (now - lastSent > stillTyping || lastSent === 0) {
      lastSent = now
      realtime.emit('typing:start', { conversationId })
    }
    clearTimeout(timer)
    timer = setTimeout(stop, stillTyping)
  }
  onScopeDispose(stop)
  return { typed, stop }
}
