/** V8 has JSON.rawJSON; the compiler's library does not know it yet. */
const rawJson = (JSON as unknown as { rawJSON(text: string): number }).rawJSON

/** Template ids are JSON numbers of 15 to 17 digits: some pass 2^53 and must be written digit by digit. */
export function numeric(id: string): number {
  const value = Number(id)
  return Number.isSafeInteger(value) ? value : rawJson(id)
}
