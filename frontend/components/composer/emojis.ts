import dataUrl from 'emoji-picker-element-data/en/emojibase/data.json?url'

export type Emoji = { emoji: string; name: string; words: string; group: number }
export type EmojiRow = { kind: 'label'; label: string } | { kind: 'emojis'; emojis: Emoji[] }

export const groups = [
  { label: 'Smileys', sign: '😀', ids: [0] },
  { label: 'People', sign: '👋', ids: [1] },
  { label: 'Nature', sign: '🌿', ids: [3] },
  { label: 'Food', sign: '🍋', ids: [4] },
  { label: 'Travel', sign: '🚲', ids: [5] },
  { label: 'Activities', sign: '⚽', ids: [6] },
  { label: 'Objects', sign: '💡', ids: [7] },
  { label: 'Symbols', sign: '❤️', ids: [8] },
  { label: 'Flags', sign: '🏁', ids: [9] },
]

/** Newer ones are boxes on phones of the last years. */
const newestKnown = 15

type Raw = { emoji: string; annotation: string; tags?: string[]; shortcodes?: string[]; group: number; version: number }

export async function loadEmojis(): Promise<Emoji[]> {
  const response = await fetch(dataUrl)
  const raw = (await response.json()) as Raw[]
  return raw
    .filter(({ version, group }) => version <= newestKnown && group !== 2)
    .map(({ emoji, annotation, tags = [], shortcodes = [], group }) => ({
      emoji,
      name: annotation,
      words: [annotation, ...tags, ...shortcodes].join(' ').toLowerCase(),
      group,
    }))
}

export function searchEmojis(emojis: Emoji[], text: string): Emoji[] {
  const wanted = text.trim().toLowerCase().split(/\s+/)
  return emojis.filter(({ words }) => wanted.every((word) => words.includes(word))).slice(0, 160)
}

export function emojiRows(sections: { label: string; emojis: Emoji[] }[], columns: number): EmojiRow[] {
  return sections
    .filter(({ emojis }) => emojis.length > 0)
    .flatMap(({ label, emojis }) => [
      { kind: 'label' as const, label },
      ...Array.from({ length: Math.ceil(emojis.length / columns) }, (_, row) => ({
        kind: 'emojis' as const,
        emojis: emojis.slice(row * columns, (row + 1) * columns),
      })),
    ])
}
