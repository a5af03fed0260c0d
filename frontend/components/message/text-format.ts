/*
 * WhatsApp's way of writing, read into a small tree. It is drawn as nodes and never as HTML, so nothing a customer writes can
 * become markup. Links: http, https, mailto and tel only.
 */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; text: string; href: string }

export type Block =
  | { kind: 'text' | 'quote'; children: Inline[] }
  | { kind: 'list'; start: number | null; items: Inline[][] }
  | { kind: 'mono'; text: string }

const marks = { '*': 'bold', _: 'italic', '~': 'strike' } as const
type Mark = keyof typeof marks

const fence = '```'

/** Customers send up to 65,536 letters: nothing here may look at the same letters again for each mark or fence. */
export function parseBlocks(text: string): Block[] {
  const blocks: Block[] = []
  let from = 0
  for (let open = text.indexOf(fence); open !== -1;) {
    const code = fencedAt(text, open)
    if (code) {
      blocks.push(...parseLines(text.slice(from, code.begin)), { kind: 'mono', text: code.text })
      from = text[code.end] === '\n' ? code.end + 1 : code.end
    }
    open = text.indexOf(fence, code ? from : open + 1)
  }
  return [...blocks, ...parseLines(text.slice(from))]
}

/** A fence that spans lines or stands alone is a block; one inside a line is a piece of code. */
function fencedAt(text: string, open: number): { begin: number; end: number; text: string } | undefined {
  const close = text.indexOf('`', open + fence.length)
  if (close <= open + fence.length || !text.startsWith(fence, close)) return undefined
  const end = close + fence.length
  const inside = text.slice(open + fence.length, close)
  const isAlone = (open === 0 || text[open - 1] === '\n') && (end === text.length || text[end] === '\n')
  if (!isAlone && !inside.includes('\n')) return undefined
  return { begin: isAlone && open > 0 ? open - 1 : open, end, text: inside.replace(/^\n/, '').replace(/\n$/, '') }
}

function parseLines(text: string): Block[] {
  if (text === '') return []
  const blocks: Block[] = []
  for (const line of text.split('\n')) {
    const last = blocks.at(-1)
    const quote = /^>\s+(.+)$/.exec(line)
    const bullet = /^[-*]\s+(\S.*)$/.exec(line)
    const numbered = /^(\d{1,3})\.\s+(\S.*)$/.exec(line)
    if (quote) {
      if (last?.kind === 'quote') last.children.push({ kind: 'text', text: '\n' }, ...parseInline(quote[1]!))
      else blocks.push({ kind: 'quote', children: parseInline(quote[1]!) })
    } else if (bullet) {
      if (last?.kind === 'list' && last.start === null) last.items.push(parseInline(bullet[1]!))
      else blocks.push({ kind: 'list', start: null, items: [parseInline(bullet[1]!)] })
    } else if (numbered) {
      if (last?.kind === 'list' && last.start !== null && last.start + last.items.length === Number(numbered[1]))
        last.items.push(parseInline(numbered[2]!))
      else blocks.push({ kind: 'list', start: Number(numbered[1]), items: [parseInline(numbered[2]!)] })
    } else if (last?.kind === 'text') {
      last.children.push({ kind: 'text', text: '\n' }, ...parseInline(line))
    } else {
      blocks.push({ kind: 'text', children: parseInline(line) })
    }
  }
  return blocks
}

export function parseInline(text: string, open = ''): Inline[] {
  const found: Inline[] = []
  const ends = createEnds(text)
  let plain = ''
  const flush = () => {
    if (plain) found.push({ kind: 'text', text: plain })
    plain = ''
  }
  for (let at = 0; at < text.length;) {
    const piece = codeAt(text, at) ?? linkAt(text, at) ?? markAt(text, at, open, ends)
    if (piece) {
      flush()
      found.push(piece.node)
      at = piece.end
    } else {
      plain += text[at]
      at += 1
    }
  }
  flush()
  return found
}

type Piece = { node: Inline; end: number }

function codeAt(text: string, at: number): Piece | undefined {
  if (text[at] !== '`') return undefined
  const match = /```([^`\n]+)```|`([^`\n]+)`/y
  match.lastIndex = at
  const found = match.exec(text)
  return found ? { node: { kind: 'code', text: found[1] ?? found[2]! }, end: match.lastIndex } : undefined
}

const wordBefore = /[\p{L}\p{N}]$/u
const wordAfter = /^[\p{L}\p{N}]/u

/** Where what begins at a place may end at the earliest: a mark that touches the word before it, or the line. */
type Ends = (sign: Mark | '\n', from: number) => number

/** Asked from left to right, so what was found once holds until it is passed. */
function createEnds(text: string): Ends {
  const known = new Map<string, number>()
  const mayEnd = (sign: string, end: number) =>
    sign === '\n' || (!/\s/.test(text[end - 1]!) && !wordAfter.test(text.slice(end + 1, end + 3)))
  return (sign, from) => {
    const last = known.get(sign)
    if (last !== undefined && last >= from) return last
    let end = text.indexOf(sign, from)
    while (end !== -1 && !mayEnd(sign, end)) end = text.indexOf(sign, end + 1)
    known.set(sign, end === -1 ? Infinity : end)
    return known.get(sign)!
  }
}

/** `*bold*`: touches its words, does not stand inside a word and ends on the same line. */
function markAt(text: string, at: number, open: string, ends: Ends): Piece | undefined {
  const mark = text[at] as Mark
  if (!(mark in marks) || open.includes(mark)) return undefined
  const next = text[at + 1] ?? ' '
  if (wordBefore.test(text.slice(Math.max(0, at - 2), at)) || next === mark || /\s/.test(next)) return undefined
  const end = ends(mark, at + 2)
  if (end === Infinity || end > ends('\n', at)) return undefined
  return { node: { kind: marks[mark], children: parseInline(text.slice(at + 1, end), open + mark) }, end: end + 1 }
}

// Characters that turn the direction of writing would show another address than the one that is opened.
const address =
  /(?:https?:\/\/|www\.)[^\s<>"`\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]{1,4096}|mailto:[^\s<>"`?]+|tel:\+?[\d().\- ]{0,30}\d|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|\+\d[\d ().-]{6,30}\d/iy

function linkAt(text: string, at: number): Piece | undefined {
  if (at > 0 && /[\p{L}\p{N}@/]/u.test(text[at - 1]!)) return undefined
  address.lastIndex = at
  const found = address.exec(text)
  if (!found) return undefined
  const shown = trimEnd(found[0])
  const href = hrefOf(shown)
  return href ? { node: { kind: 'link', text: shown, href }, end: at + shown.length } : undefined
}

const punctuation = new Set('.,;:!?\'"’”*_~…')

/** Punctuation at the end belongs to the sentence, and a bracket to the link only when it was opened in it. */
function trimEnd(link: string): string {
  const isOpened = link.includes('(')
  let end = link.length
  while (end > 0 && (punctuation.has(link[end - 1]!) || (!isOpened && link[end - 1] === ')'))) end--
  return link.slice(0, end)
}

function hrefOf(shown: string): string | undefined {
  if (/^tel:/i.test(shown)) return shown
  if (shown.startsWith('+')) return `tel:${shown.replace(/[^\d+]/g, '')}`
  if (/^mailto:/i.test(shown)) return shown
  if (!/^(?:https?:|www\.)/i.test(shown)) return `mailto:${shown}`
  return URL.parse(/^www\./i.test(shown) ? `https://${shown}` : shown)?.href
}

const onlyEmoji =
  /^(?:(?:\p{RI}\p{RI}|\p{Emoji}(?:\p{EMod}|\uFE0F\u20E3?|[\u{E0020}-\u{E007E}]+\u{E007F})?(?:\u200D\p{Emoji}(?:\p{EMod}|\uFE0F)?)*)\s*){1,3}$/u

/** One to three emoji and nothing else are drawn large, as every messenger does. */
export const isOnlyEmoji = (text: string) =>
  text.length < 200 && onlyEmoji.test(text.trim()) && !/^[\d#*\s]+$/.test(text)
