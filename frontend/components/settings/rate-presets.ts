import type { Rates } from '#contract/usage.ts'

type Preset = { label: string; currency: string; card: Rates['cards'][number] }

/** Published by others in October 2026 and incomplete: a start that saves typing, to be compared with Meta's own list. */
const from = '2026-10-01'
const alike = (price: number) => ({ from, marketing: null, utility: price, authentication: price, service: price })

export const presets: Preset[] = [
  { label: 'United States · USD', currency: 'USD', card: alike(0.0034) },
  { label: 'United Kingdom · GBP', currency: 'GBP', card: alike(0.0159) },
  { label: 'India · INR', currency: 'INR', card: { ...alike(0.115), marketing: 0.8631 } },
  { label: 'Kenya · USD', currency: 'USD', card: alike(0.004) },
]
