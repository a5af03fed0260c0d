import { useClipboard } from '@vueuse/core'
import { nextTick, ref, type Ref } from 'vue'
import { media as mediaRoutes } from '#contract/media.ts'
import type { Message, MessageMedia } from '#contract/messages.ts'
import { call } from '../api/client.ts'
import { showMessage, useLive } from '../api/live.ts'
import type { ThreadAct } from '../components/message/thread-act.ts'
import { useOutbox } from '../state/outbox.ts'
import type { Draft } from './useDraft.ts'
import { useNotice } from './useNotice.ts'
import type { useSend } from './useSend.ts'

/** A quote or a search may point far back; beyond this many pages (5,000 messages) a jump would load half the history. */
const jumpPages = 100

type Options = {
  draft: Draft
  sender: ReturnType<typeof useSend>
  reveal: (messageId: string) => Promise<boolean>
  more: () => Promise<unknown>
  hasMore: Ref<boolean>
  focusComposer: () => void
  useTemplate: () => void
}

/** Carries out what a person does to a message of the thread. */
export function useThreadActs({ draft, sender, reveal, more, hasMore, focusComposer, useTemplate }: Options) {
  const live = useLive()
  const outbox = useOutbox()
  const notice = useNotice()
  const { copy } = useClipboard({ legacy: true })
  const viewed = ref<Message | null>(null)

  async function jump(messageId: string) {
    for (let page = 0; page < jumpPages; page += 1) {
      if (await reveal(messageId)) return
      // What stands beside the messages comes a little later than they do.
      if (!hasMore.value && page > 2) break
      if (hasMore.value) await more()
      else await new Promise((done) => setTimeout(done, 300))
      await nextTick()
    }
    notice.info('That message is further back than can be shown from here.')
  }

  async function retryMedia(message: Message, mediaId: string) {
    const write = (change: Partial<MessageMedia>) =>
      showMessage(live, {
        ...message,
        content: { ...message.content, media: { ...(message.content['media'] as MessageMedia), ...change } },
      })
    write({ state: 'pending' })
    try {
      const file = await call(mediaRoutes.retry, { params: { mediaId } })
      write({ state: file.state })
    } catch (error) {
      write({ state: 'failed' })
      notice.error(error)
    }
  }

  async function copyText({ content }: Message) {
    await copy(String(content['text'] ?? content['caption'] ?? content['body'] ?? ''))
    notice.success('Copied')
  }

  function takeBack(key: string) {
    const item = outbox.items.value.find((waiting) => waiting.key === key)
    outbox.remove(key)
    if (item?.request.type === 'text') draft.putBack({ text: item.request.content.text, replyTo: null })
    focusComposer()
  }

  function run(act: ThreadAct) {
    switch (act.kind) {
      case 'reply':
        draft.replyTo.value = act.message
        return focusComposer()
      case 'react':
        return void sender.react(act.message, act.emoji)
      case 'copy':
        return void copyText(act.message)
      case 'jump':
        return void jump(act.messageId)
      case 'view':
        return void (viewed.value = act.message)
      case 'retry-media':
        return void retryMedia(act.message, act.mediaId)
      case 'resend':
        return void sender.resend(act.message)
      case 'use-template':
        return useTemplate()
      case 'try-again':
        return void sender.deliver(act.key)
      case 'take-back':
        return takeBack(act.key)
    }
  }

  return { run, viewed }
}
