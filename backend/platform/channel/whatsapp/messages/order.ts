import { isObject, readId, readList, readNumber, readText } from '../json.ts'
import { compact, type MessageKind } from './kind.ts'

export const order: MessageKind<'order'> = {
  parse(payload) {
    if (!isObject(payload)) return undefined
    const items = readList(payload['product_items'])
      .slice(0, 500)
      .map((item) =>
        compact({
          productRetailerId: readId(item['product_retailer_id']) ?? '',
          quantity: readNumber(item['quantity']),
          itemPrice: readNumber(item['item_price']),
          currency: readText(item['currency'])?.slice(0, 10),
        }),
      )
    return { content: compact({ catalogId: readId(payload['catalog_id']), text: readText(payload['text']), items }) }
  },
  preview({ items, text }) {
    const count = items.reduce((sum, { quantity }) => sum + (quantity ?? 1), 0)
    const order = count === 1 ? 'Order: 1 item' : `Order: ${count} items`
    return text ? `${order}, ${text}` : order
  },
  words: ({ text, items }) => [text, ...items.map(({ productRetailerId }) => productRetailerId)],
}
