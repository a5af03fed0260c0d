import { BookUser, MessagesSquare, StickyNote } from '@lucide/vue'
import type { Component } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import type { SearchGroup, SearchHit } from '#contract/search.ts'

export const groupWords: Record<SearchGroup, { title: string; icon: Component }> = {
  contacts: { title: 'People', icon: BookUser },
  messages: { title: 'Messages', icon: MessagesSquare },
  notes: { title: 'Notes', icon: StickyNote },
}

/** A message or note is shown where it stands in its chat. */
export function addressOfHit(group: SearchGroup, { id, conversationId, contactId }: SearchHit): RouteLocationRaw {
  if (conversationId === null) return { name: 'contacts', params: { contactId } }
  return { name: 'inbox', params: { conversationId }, query: group === 'contacts' ? {} : { at: id } }
}
