type Tone = 'neutral' | 'success' | 'warning' | 'danger'

export const qualityWords: Record<string, { label: string; tone: Tone }> = {
  GREEN: { label: 'High quality', tone: 'success' },
  YELLOW: { label: 'Medium quality', tone: 'warning' },
  RED: { label: 'Low quality', tone: 'danger' },
  UNKNOWN: { label: 'Quality not known yet', tone: 'neutral' },
}

/** `TIER_2K` → "2,000". */
export function limitWords(tier: string | undefined): string | undefined {
  if (!tier) return undefined
  if (/unlimited/i.test(tier)) return 'as many as you like'
  const [, number, thousand] = /(\d{1,9})(K)?$/i.exec(tier) ?? []
  return number ? (Number(number) * (thousand ? 1000 : 1)).toLocaleString() : tier.toLowerCase()
}

export const verticalWords: Record<string, string> = {
  OTHER: 'Other',
  AUTO: 'Cars',
  BEAUTY: 'Beauty and care',
  APPAREL: 'Clothing',
  EDU: 'Education',
  ENTERTAIN: 'Entertainment',
  EVENT_PLAN: 'Events',
  FINANCE: 'Finance',
  GROCERY: 'Food shop',
  GOVT: 'Public service',
  HOTEL: 'Hotel',
  HEALTH: 'Health',
  NONPROFIT: 'Non-profit',
  PROF_SERVICES: 'Professional services',
  RETAIL: 'Shop',
  TRAVEL: 'Travel',
  RESTAURANT: 'Restaurant',
  ALCOHOL: 'Alcohol',
  ONLINE_GAMBLING: 'Online gambling',
  PHYSICAL_GAMBLING: 'Gambling',
  OTC_DRUGS: 'Medicines without prescription',
}
