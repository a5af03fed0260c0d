import { stringify, type Stringifier } from 'csv-stringify'

/**
 * A table for spreadsheets. A cell that a spreadsheet would take for a formula, numbers with a plus among them, gets an
 * apostrophe in front. So does what stands behind a semicolon: where that divides the columns (a German Excel), it begins a
 * cell of its own, whatever quotation marks are around it. `plainCell` takes the apostrophes off again.
 */
export function openTable(): Stringifier {
  return stringify({
    // Tells Excel that this is UTF-8.
    bom: true,
    escape_formulas: true,
    record_delimiter: 'windows',
    quoted_match: /[\r\n]/,
    cast: { string: (cell) => cell.replace(/(;\s*|\t)(?=[=+\-@＝＋－＠])/g, "$1'") },
  })
}

export function plainCell(cell: string): string {
  return cell.replace(/^'(?=[=+\-@\t\r＝＋－＠])/, '').replace(/(;\s*|\t)'(?=[=+\-@＝＋－＠])/g, '$1')
}
