const names: Record<string, string> = {
  service: 'Answers',
  marketing: 'Marketing templates',
  utility: 'Utility templates',
  authentication: 'Login codes',
  referral_conversion: 'After an advertisement',
}

export function categoryWords(category: string): string {
  const words = category.replaceAll('_', ' ')
  return names[category] ?? words.charAt(0).toUpperCase() + words.slice(1)
}

/** One message costs fractions of a cent, so small amounts keep their places. */
export function money(amount: number, currency: string): string {
  const maximumFractionDigits = amount !== 0 && amount < 1 ? 4 : 2
  return new Intl.NumberFormat(undefined, { style: 'currency', currency, maximumFractionDigits }).format(amount)
}

export const monthName = (month: string) =>
  new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  )

export function stepMonth(month: string, by: number): string {
  const [year, number] = month.split('-').map(Number)
  return new Date(Date.UTC(year!, number! - 1 + by, 1)).toISOString().slice(0, 7)
}
