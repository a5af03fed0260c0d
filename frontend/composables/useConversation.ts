import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { conversations as routes, type Conversation } from '#contract/conversations.ts'
import type { Request } from '#contract/route.ts'
import { ApiError, call } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { patchConversation, showConversation, useLive } from '../api/live.ts'
import { useAction } from './useAction.ts'

/** One conversation by id, for a link that was opened before its list. */
export function useConversation(id: Ref<string | undefined>) {
  const query = useQuery<Conversation | null>({
    queryKey: computed(() => keys.conversation(id.value ?? '')),
    enabled: computed(() => id.value !== undefined),
    queryFn: ({ signal }) => call(routes.get, { params: { conversationId: id.value! } }, { signal }),
  })
  const missing = computed(
    () => query.data.value === null || (query.error.value instanceof ApiError && query.error.value.status === 404),
  )
  return {
    conversation: computed(() => query.data.value ?? undefined),
    missing,
    error: query.error,
    retry: () => void query.refetch(),
  }
}

type Patch = NonNullable<Request<typeof routes.update>['body']>

/** Status, assignee, tags and snooze: shown at once, put back when the server refuses. */
export function useConversationActions() {
  const live = useLive()
  const { run: update } = useAction(
    async (conversation: Conversation, body: Patch) =>
      showConversation(live, await call(routes.update, { params: { conversationId: conversation.id }, body })),
    { optimistic: (conversation, body) => patchConversation(live, conversation.id, body) },
  )
  const { run: markUnread } = useAction(
    async (conversation: Conversation) =>
      showConversation(
        live,
        await call(routes.update, { params: { conversationId: conversation.id }, body: { unread: true } }),
      ),
    {
      optimistic: (conversation) =>
        patchConversation(live, conversation.id, { seenByMe: conversation.inboundCount - 1 }),
    },
  )
  return {
    markUnread,
    setStatus: (conversation: Conversation, status: Conversation['status']) => update(conversation, { status }),
    assign: (conversation: Conversation, assignedTo: string | null) => update(conversation, { assignedTo }),
    setTags: (conversation: Conversation, tags: string[]) => update(conversation, { tags }),
    snooze: (conversation: Conversation, until: string | null) => update(conversation, { snoozedUntil: until }),
  }
}

/** Opening a chat clears what this person has not read, and only that. */
export function useMarkRead() {
  const live = useLive()
  const { run } = useAction(
    async (conversation: Conversation) =>
      showConversation(live, await call(routes.read, { params: { conversationId: conversation.id } })),
    {
      optimistic: (conversation) =>
        patchConversation(live, conversation.id, { unreadCount: 0, seenByMe: conversation.inboundCount }),
      silent: true,
    },
  )
  return run
}
