import { CODES } from './table.ts'

const ERROR_PAGE = 'https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes'

export interface StatusError {
  code: number
  title: string
  message: string
  error_data: { details: string }
  href: string
}

/** The error as it stands in a failed status or an unsupported message. */
export function errorForWebhook(code: number, details?: string): StatusError {
  const [, title, usual] = CODES[code] ?? [400, 'Something went wrong', 'Unknown error']
  return { code, title, message: title, error_data: { details: details ?? usual }, href: ERROR_PAGE }
}
