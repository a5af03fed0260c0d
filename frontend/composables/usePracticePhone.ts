import { useStorage } from '@vueuse/core'
import { inject, ref, type InjectionKey, type Ref } from 'vue'

export type PracticePhone = { isOpen: Ref<boolean>; dismissed: Ref<boolean>; open: () => void; close: () => void }
export const practicePhoneKey: InjectionKey<PracticePhone> = Symbol('practice-phone')

/** The phone opens by itself on the first run and stays away once it was closed. */
export function createPracticePhone(): PracticePhone {
  const isOpen = ref(false)
  const dismissed = useStorage('parley:practice-phone-closed', false)
  return {
    isOpen,
    dismissed,
    open: () => (isOpen.value = true),
    close: () => {
      isOpen.value = false
      dismissed.value = true
    },
  }
}

export function usePracticePhone(): PracticePhone {
  const phone = inject(practicePhoneKey)
  if (!phone) throw new Error('No practice phone was provided.')
  return phone
}
