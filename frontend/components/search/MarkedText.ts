import { h, type FunctionalComponent, type VNodeChild } from 'vue'

/** A text with what was searched for marked; the marks come from the server, which knows how letters are folded. */
export const MarkedText: FunctionalComponent<{ text: string; marks: readonly [number, number][] }> = ({
  text,
  marks,
}) => {
  const parts: VNodeChild[] = []
  let at = 0
  for (const [from, to] of marks) {
    parts.push(text.slice(at, from))
    parts.push(h('mark', { class: 'rounded-xs bg-note px-px text-ink' }, text.slice(from, to)))
    at = to
  }
  return [...parts, text.slice(at)]
}
MarkedText.props = ['text', 'marks']
