import { usePreferredDark, useStorage } from '@vueuse/core'
import { computed, inject, watchEffect, type ComputedRef, type InjectionKey, type Ref } from 'vue'

export type Theme = 'system' | 'light' | 'dark'
export type Direction = 'ltr' | 'rtl'
type Stored = { theme: Theme; direction: Direction; enterSends: boolean; alerts: boolean; sound: boolean }

export type Appearance = {
  settings: Ref<Stored>
  direction: ComputedRef<Direction>
  dark: ComputedRef<boolean>
}

export const appearanceKey: InjectionKey<Appearance> = Symbol('appearance')

/** public/appearance.js reads the same key before the first paint. */
export function createAppearance(): Appearance {
  const settings = useStorage<Stored>(
    'parley:appearance',
    { theme: 'system', direction: 'ltr', enterSends: true, alerts: false, sound: false },
    undefined,
    { mergeDefaults: true },
  )
  const systemDark = usePreferredDark()
  const dark = computed(() => (settings.value.theme === 'system' ? systemDark.value : settings.value.theme === 'dark'))
  const direction = computed(() => settings.value.direction)
  watchEffect(() => {
    document.documentElement.dataset['theme'] = dark.value ? 'dark' : 'light'
    document.documentElement.dir = direction.value
  })
  return { settings, direction, dark }
}

export function useAppearance(): Appearance {
  const appearance = inject(appearanceKey)
  if (!appearance) throw new Error('No appearance was provided.')
  return appearance
}
