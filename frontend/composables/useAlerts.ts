import { useRouter } from 'vue-router'
import type { Notification as News } from '#contract/notifications.ts'
import { useAppearance } from './useAppearance.ts'
import { sentenceOfNotification, useNotificationEvents } from './useNotifications.ts'

/** Tells of what is new outside of the page, as far as this person wants it in this browser. */
export function useAlerts() {
  const { settings } = useAppearance()
  const router = useRouter()

  useNotificationEvents((item) => {
    if (settings.value.sound) playChime()
    if (settings.value.alerts && document.hidden) showAlert(item)
  })

  function showAlert(item: News) {
    if (!('Notification' in window) || Notification.permission !== 'granted') return
    // The tag keeps two windows from telling the same twice.
    const alert = new Notification(sentenceOfNotification(item), { body: item.preview, tag: item.id })
    alert.addEventListener('click', () => {
      window.focus()
      void router.push(`/inbox/${item.conversationId}`)
      alert.close()
    })
  }
}

/** Two soft tones, made here: no file to load. A browser that has not been clicked in yet stays silent. */
export function playChime() {
  const Context = window.AudioContext
  if (!Context) return
  const audio = new Context()
  const gain = audio.createGain()
  gain.connect(audio.destination)
  gain.gain.setValueAtTime(0.0001, audio.currentTime)
  gain.gain.exponentialRampToValueAtTime(0.12, audio.currentTime + 0.02)
  gain.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.5)
  for (const [frequency, after] of [
    [660, 0],
    [880, 0.12],
  ] as const) {
    const tone = audio.createOscillator()
    tone.frequency.value = frequency
    tone.connect(gain)
    tone.start(audio.currentTime + after)
    tone.stop(audio.currentTime + after + 0.35)
  }
  setTimeout(() => void audio.close(), 800)
}
