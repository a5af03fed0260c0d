/*
 * A NOTIFY of PostgreSQL carries less than 8,000 bytes, so a longer text goes as several frames:
 * `sender index total text`. Frames of one transaction arrive together and in order.
 */
const frameBytes = 7_900
const headerBytes = 60

export function splitIntoFrames(sender: string, text: string): string[] {
  const parts = splitByBytes(text, frameBytes - headerBytes)
  return parts.map((part, index) => `${sender} ${index} ${parts.length} ${part}`)
}

/** At most so many bytes each, and never a character in two parts. */
function splitByBytes(text: string, limit: number): string[] {
  if (text.length * 3 <= limit) return [text]
  const encoder = new TextEncoder()
  const room = new Uint8Array(limit)
  const parts: string[] = []
  for (let rest = text; rest.length > 0; rest = rest.slice(parts.at(-1)!.length))
    parts.push(rest.slice(0, encoder.encodeInto(rest, room).read))
  return parts
}

export type Received = { sender: string; text: string }

/** Puts frames together again. A text whose beginning was missed never comes out. */
export function createFrameReader(): { read(frame: string): Received | undefined; forget(sender: string): void } {
  const begun = new Map<string, string[]>()

  return {
    read(frame) {
      const [, sender, index, total, part] = /^(\w+) (\d+) (\d+) ([^]*)$/.exec(frame) ?? []
      if (sender === undefined || part === undefined) return undefined
      const parts = index === '0' ? [] : begun.get(sender)
      if (parts?.length !== Number(index)) {
        begun.delete(sender)
        return undefined
      }
      parts.push(part)
      if (parts.length < Number(total)) {
        begun.set(sender, parts)
        return undefined
      }
      begun.delete(sender)
      return { sender, text: parts.join('') }
    },
    forget: (sender) => void begun.delete(sender),
  }
}
