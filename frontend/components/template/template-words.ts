import type { Template, TemplateCategory } from '#contract/templates.ts'
import type { BilledCategory, Usage } from '#contract/usage.ts'
import { money } from '../channel/usage-words.ts'

type Tone = 'neutral' | 'success' | 'warning' | 'danger' | 'info'
type Words = { label: string; tone: Tone; sentence: string }

const states: Record<string, Words> = {
  DRAFT: { label: 'Draft', tone: 'neutral', sentence: 'Only here. Meta has not seen it yet.' },
  PENDING: { label: 'In review', tone: 'info', sentence: 'Meta looks at it. That takes minutes, sometimes a day.' },
  IN_APPEAL: { label: 'In appeal', tone: 'info', sentence: 'Meta looks at it once more.' },
  APPROVED: { label: 'Approved', tone: 'success', sentence: 'It can be sent.' },
  REJECTED: { label: 'Rejected', tone: 'danger', sentence: 'Meta refused it. Change it and submit it again.' },
  PAUSED: {
    label: 'Paused',
    tone: 'warning',
    sentence: 'Too many people blocked or reported it. Meta lets it rest for some hours.',
  },
  DISABLED: { label: 'Disabled', tone: 'danger', sentence: 'Meta closed it for good. Write another one.' },
  FLAGGED: { label: 'Flagged', tone: 'warning', sentence: 'Its quality is low. Meta may pause it soon.' },
  LIMIT_EXCEEDED: { label: 'Limit reached', tone: 'warning', sentence: 'There are too many templates. Delete some.' },
  LOCKED: { label: 'Locked', tone: 'warning', sentence: 'Meta does not let it be changed at the moment.' },
  ARCHIVED: { label: 'Archived', tone: 'neutral', sentence: 'Nobody sent it for a year. Bring it back at Meta.' },
  PENDING_DELETION: { label: 'Being deleted', tone: 'neutral', sentence: 'Meta deletes it.' },
  DELETED: { label: 'Deleted', tone: 'neutral', sentence: 'It is gone at Meta.' },
}

export function stateOf({ status }: Pick<Template, 'status'>): Words {
  const words = status.toLowerCase().replaceAll('_', ' ')
  return states[status] ?? { label: words, tone: 'neutral', sentence: 'Meta says: ' + words + '.' }
}

const qualities: Record<string, { label: string; tone: Tone }> = {
  GREEN: { label: 'High', tone: 'success' },
  YELLOW: { label: 'Medium', tone: 'warning' },
  RED: { label: 'Low', tone: 'danger' },
}
export const qualityOf = ({ quality }: Pick<Template, 'quality'>) => (quality ? qualities[quality] : undefined)

export const categories: { value: TemplateCategory; label: string; sentence: string }[] = [
  { value: 'UTILITY', label: 'Utility', sentence: 'About an order, an appointment or an account. Cheaper.' },
  { value: 'MARKETING', label: 'Marketing', sentence: 'Offers, news, invitations. The most expensive kind.' },
  { value: 'AUTHENTICATION', label: 'Login code', sentence: 'A one-time code. Meta writes the text.' },
]

/** What sending costs: in money where the prices are known, else which of Meta's rates it is. */
export function costHint(
  category: TemplateCategory,
  freeUntil: string | null,
  now: number,
  usage?: Pick<Usage, 'today' | 'currency'>,
): string {
  if (freeUntil && Date.parse(freeUntil) > now) return 'Free: the customer came from an advertisement.'
  const kind = category.toLowerCase() as BilledCategory
  const price = usage?.today[kind] ?? null
  const rates = {
    marketing: 'marketing rate, the highest one',
    utility: 'utility rate',
    authentication: 'rate for codes',
  }
  const rate = rates[kind as keyof typeof rates]
  return price === null || !usage
    ? `Meta bills this at the ${rate}.`
    : `About ${money(price, usage.currency)}, by your prices.`
}

/** Said only when it matters: nobody wants to read about money above every answer. */
export function answerHint(freeUntil: string | null, now: number, usage: Usage | undefined): string | undefined {
  if (!usage?.free || (freeUntil && Date.parse(freeUntil) > now)) return undefined
  const { left } = usage.free
  if (left > 100) return undefined
  if (left > 0) return `${left} free answers are left for this number this month.`
  const price = usage.today.service
  const cost = price === null ? 'Meta charges for it' : `it costs about ${money(price, usage.currency)}`
  return `The free answers of this month are used up; ${cost}.`
}

/** Which templates may be changed, and what that means. */
export function editability({ status }: Pick<Template, 'status'>): { may: boolean; note?: string } {
  if (status === 'DRAFT') return { may: true }
  if (status === 'APPROVED')
    return { may: true, note: 'Meta allows one change a day. The old text stays in use until the new one is approved.' }
  if (status === 'REJECTED' || status === 'PAUSED') return { may: true }
  return { may: false, note: 'Meta does not let it be changed in this state.' }
}

/** The languages that shops ask for most; any other code can be typed. */
export const languages = [
  ['en_US', 'English (US)'],
  ['en_GB', 'English (UK)'],
  ['es', 'Spanish'],
  ['es_MX', 'Spanish (Mexico)'],
  ['pt_BR', 'Portuguese (Brazil)'],
  ['pt_PT', 'Portuguese (Portugal)'],
  ['de', 'German'],
  ['fr', 'French'],
  ['it', 'Italian'],
  ['nl', 'Dutch'],
  ['pl', 'Polish'],
  ['tr', 'Turkish'],
  ['ru', 'Russian'],
  ['uk', 'Ukrainian'],
  ['ar', 'Arabic'],
  ['he', 'Hebrew'],
  ['hi', 'Hindi'],
  ['bn', 'Bengali'],
  ['ur', 'Urdu'],
  ['id', 'Indonesian'],
  ['ms', 'Malay'],
  ['vi', 'Vietnamese'],
  ['th', 'Thai'],
  ['ja', 'Japanese'],
  ['ko', 'Korean'],
  ['zh_CN', 'Chinese (China)'],
  ['zh_HK', 'Chinese (Hong Kong)'],
  ['sw', 'Swahili'],
  ['af', 'Afrikaans'],
] as const
export const languageName = (code: string) => languages.find(([value]) => value === code)?.[1] ?? code
