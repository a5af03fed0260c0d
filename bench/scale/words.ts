import type { Random } from '../../scripts/seed/random.ts'

const first =
  'Maria João Ana Pedro Inês Rita Tiago Rui Sofía Martín Lucía Hugo Lena Jonas Mia Felix Amelia Oliver Priya Arjun Chidi Ngozi Camila Rafael Bruna Diogo Carmen Elena Paul Greta'.split(
    ' ',
  )
const last =
  'Silva Ferreira Costa Almeida Souza Lima Rocha Becker Vogt Schäfer Ramírez Ortega Navarro Hughes Patel Turner Nair Sharma Okafor Adeyemi Carvalho Lopes Marques Brandt Lorenz Vega Walsh Mehta Eze Moura'.split(
    ' ',
  )
/** From the most usual to the rarest. */
const said =
  'the you is it and for can hello thanks please order when today we have tomorrow price delivery yes no good much with your what time open how pick up see cake bread table two people morning evening invoice address payment card cash birthday size blue large small ready late send photo thank sorry sure great would like know maybe week monday friday saturday shop number name phone again still box gift coffee chocolate vanilla without sugar gluten nuts allergy candle ribbon receipt refund exchange voucher discount catalogue wholesale warranty courier parking terrace wedding anniversary christening quotation deposit instalment umbrella saxophone zeppelin'.split(
    ' ',
  )

export const tags = Array.from({ length: 40 }, (_, index) => `tag-${index + 1}`)

export const makeName = (random: Random) => `${random.pick(first)} ${random.pick(last)}`

export function makeText(random: Random): string {
  const words = Array.from({ length: random.between(4, 16) }, () => random.pickEarly(said))
  if (random.chance(0.05)) words.push(`#${random.between(10_000, 99_999)}`)
  return words.join(' ')
}

export function makeTags(random: Random): string[] {
  return [...new Set(Array.from({ length: random.pick([0, 0, 1, 1, 2, 3]) }, () => random.pickEarly(tags)))]
}
