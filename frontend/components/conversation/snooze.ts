/** The usual moments to come back to a chat, in the time of the person who reads. Those already past are left out. */
export function snoozeTimes(now: Date): { label: string; until: string }[] {
  const at = (days: number, hour: number) => {
    const time = new Date(now)
    time.setDate(time.getDate() + days)
    time.setHours(hour, 0, 0, 0)
    return time
  }
  const toMonday = (8 - now.getDay()) % 7 || 7
  return [
    { label: 'In two hours', until: new Date(now.getTime() + 2 * 3_600_000) },
    { label: 'This evening', until: at(0, 18) },
    { label: 'Tomorrow morning', until: at(1, 9) },
    { label: 'Next Monday', until: at(toMonday, 9) },
  ]
    .filter(({ label, until }) => until > now && !(label === 'Next Monday' && toMonday === 1))
    .map(({ label, until }) => ({ label, until: until.toISOString() }))
}
