import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { automation as routes } from '#contract/automation.ts'
import type { Conversation } from '#contract/conversations.ts'
import { rules as ruleRoutes } from '#contract/rules.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { patchConversation, showConversation, useLive } from '../api/live.ts'
import { useAction } from './useAction.ts'

/** Whether anything may speak by itself in this chat. Where nothing is set up, there is nothing to show. */
export function useAutomationHere(conversation: () => Conversation) {
  const live = useLive()
  const staleTime = 60_000
  const rules = useQuery({
    queryKey: keys.rules,
    queryFn: ({ signal }) => call(ruleRoutes.list, {}, { signal }),
    staleTime,
  })
  const followUps = useQuery({
    queryKey: keys.followUps,
    queryFn: ({ signal }) => call(routes.get, {}, { signal }),
    staleTime,
  })
  const hasRules = computed(() => rules.data.value?.rules.some(({ enabled }) => enabled) ?? false)
  const hasFollowUps = computed(() => followUps.data.value?.followUps.enabled ?? false)
  const isOnPurpose = computed(() => conversation().automationPausedBy === 'person')
  /** An answer silences rules; follow-ups are about answers. */
  const isPaused = computed(() => isOnPurpose.value || (hasRules.value && conversation().automationPausedAt !== null))
  const what = computed(() => {
    if (hasRules.value && hasFollowUps.value) return 'Rules and follow-ups are'
    return hasFollowUps.value ? 'Follow-ups are' : hasRules.value ? 'Rules are' : 'Automation is'
  })
  const { run: pause } = useAction(
    async (paused: boolean) =>
      showConversation(
        live,
        await call(routes.pause, { params: { conversationId: conversation().id }, body: { paused } }),
      ),
    {
      optimistic: (paused) =>
        patchConversation(live, conversation().id, {
          automationPausedAt: paused ? new Date().toISOString() : null,
          automationPausedBy: paused ? 'person' : null,
        }),
    },
  )
  return {
    isShown: computed(() => hasRules.value || hasFollowUps.value || isOnPurpose.value),
    isPaused,
    sentence: computed(() =>
      isOnPurpose.value ? `${what.value} paused here.` : 'Rules are paused here, because a person answered.',
    ),
    pause,
  }
}
