import { h, type FunctionalComponent, type VNodeChild } from 'vue'
import { parseBlocks, type Block, type Inline } from './text-format.ts'

/** Draws WhatsApp's formatting as nodes. The text of a customer never becomes HTML. */
export const FormattedText: FunctionalComponent<{ text: string; tail?: string }> = ({ text, tail }) => {
  const blocks = parseBlocks(text)
  return blocks.map((block, index) => drawBlock(block, index === blocks.length - 1 ? tail : undefined))
}
FormattedText.props = ['text', 'tail']

/** `tail` keeps room at the end of the last line, for the time that is drawn over it. */
function drawBlock(block: Block, tail: string | undefined): VNodeChild {
  switch (block.kind) {
    case 'text':
      return h('span', { class: 'human-text block whitespace-pre-wrap' }, [
        ...block.children.map(drawInline),
        tail && h('span', { class: `inline-block h-0 ${tail}`, 'aria-hidden': true }),
      ])
    case 'quote':
      return h(
        'blockquote',
        // Its bar stands where its words begin.
        {
          class: 'human-text my-1 border-s-3 border-line-strong ps-2.5 whitespace-pre-wrap text-ink-soft',
          dir: 'auto',
        },
        block.children.map(drawInline),
      )
    case 'mono':
      return h(
        'pre',
        {
          class: 'my-1 overflow-x-auto rounded-sm bg-bubble-well px-2.5 py-1.5 font-mono text-sm whitespace-pre-wrap',
          dir: 'ltr',
          tabindex: 0,
        },
        block.text,
      )
    case 'list': {
      const ordered = block.start !== null
      const items = block.items.map((item) =>
        h('li', { class: 'human-text ps-1 whitespace-pre-wrap' }, item.map(drawInline)),
      )
      return h(
        ordered ? 'ol' : 'ul',
        {
          class: `my-0.5 ps-5 ${ordered ? 'list-decimal' : 'list-disc'}`,
          start: block.start ?? undefined,
          dir: 'auto',
        },
        items,
      )
    }
  }
}

function drawInline(node: Inline): VNodeChild {
  switch (node.kind) {
    case 'text':
      return node.text
    case 'bold':
      return h('strong', { class: 'font-semibold' }, node.children.map(drawInline))
    case 'italic':
      return h('em', node.children.map(drawInline))
    case 'strike':
      return h('s', node.children.map(drawInline))
    case 'code':
      return h('code', { class: 'rounded-xs bg-bubble-well px-1 font-mono text-[0.92em]' }, node.text)
    case 'link':
      return h(
        'a',
        {
          href: node.href,
          target: '_blank',
          rel: 'noopener noreferrer nofollow',
          class: 'text-accent-text underline decoration-1 underline-offset-2',
        },
        node.text,
      )
  }
}
