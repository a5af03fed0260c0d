/*
 * Two countries write their mobile numbers in two ways, and Meta may answer with the one that was not asked for:
 * - Brazil:  55 + area (2) + 8 or 9 digits; mobile numbers got a leading 9
 * - Mexico:  52 + 10 digits, formerly with a 1 in between for mobile numbers
 */
export function phoneVariants(digits: string): string[] {
  const other = otherSpelling(digits)
  return other ? [digits, other] : [digits]
}

function otherSpelling(digits: string): string | undefined {
  const brazil = /^55([1-9]\d)(9?)(\d{8})$/.exec(digits)
  // Landlines begin with 2 to 5 and never had a ninth digit.
  if (brazil && (brazil[2] || /^[6-9]/.test(brazil[3]!)))
    return brazil[2] ? `55${brazil[1]}${brazil[3]}` : `55${brazil[1]}9${brazil[3]}`
  const mexico = /^52(1?)(\d{10})$/.exec(digits)
  if (mexico) return mexico[1] ? `52${mexico[2]}` : `521${mexico[2]}`
  return undefined
}
