/*
 * Meta's send API has no idempotency key. What a message carries in `biz_opaque_callback_data` comes back in each of its
 * statuses, which proves that this very attempt was accepted even when the answer to the request was lost.
 */
export function writeOpaque(messageId: string, attempt: number): string {
  return `m1.${messageId}.${attempt}`
}

export function readOpaque(text: string): { messageId: string; attempt: number } | undefined {
  const match = /^m1\.([A-Za-z0-9_]{1,80})\.(\d{1,6})$/.exec(text)
  return match ? { messageId: match[1]!, attempt: Number(match[2]) } : undefined
}
