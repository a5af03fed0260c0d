// Spread around the wheel by hand: neighbours stay apart and none is mistaken for the red of a failure.
const hues = [45, 75, 110, 145, 175, 205, 235, 262, 290, 318, 345]

/** The same name always has the same colour, on every screen and after every reload. */
export function hueOf(name: string): number {
  let sum = 7
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003
  return hues[sum % hues.length]!
}

// Two letters of these scripts would join or need more room than a circle has.
const oneLetter =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Han}\p{Script=Hangul}\p{Script=Devanagari}\p{Script=Thai}]/u

/** One or two letters that stand for a name; a telephone number has none. */
export function initialsOf(name: string, most = 2): string {
  const words = name.match(/\p{L}[\p{L}\p{M}'’]*/gu) ?? []
  const letters = words.length > 1 && most > 1 && !oneLetter.test(name) ? [words[0], words.at(-1)] : words.slice(0, 1)
  return letters.map((word) => [...word!.normalize('NFC')][0]!.toLocaleUpperCase()).join('')
}
