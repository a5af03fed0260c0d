export type Labels = { [name: string]: string }
type Reading = number | readonly { labels: Labels; value: number }[]
export type Metrics = {
  counter(name: string, help: string): (labels?: Labels, by?: number) => void
  histogram(name: string, help: string, bounds: readonly number[]): (value: number, labels?: Labels) => void
  /** Read when somebody asks; left out when it cannot be read at that moment. */
  gauge(name: string, help: string, read: () => Reading | Promise<Reading>): void
  /** A number that only grows and is counted elsewhere. */
  total(name: string, help: string, read: () => number): void
  /** In Prometheus's text format, version 0.0.4. */
  render(): Promise<string>
}

/** More combinations of labels than this are a mistake, and would fill the memory of whoever scrapes them. */
const mostSeries = 2000

export function createMetrics(): Metrics {
  const parts: (() => string[] | Promise<string[]>)[] = []
  const head = (name: string, help: string, type: string) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]

  return {
    counter(name, help) {
      const values = new Map<string, number>()
      parts.push(() => [
        ...head(name, help, 'counter'),
        ...[...values].map(([labels, value]) => `${name}${labels} ${value}`),
      ])
      return (labels = {}, by = 1) => {
        const key = textOf(labels)
        if (values.has(key) || values.size < mostSeries) values.set(key, (values.get(key) ?? 0) + by)
      }
    },

    histogram(name, help, bounds) {
      const series = new Map<string, { labels: Labels; counts: number[]; sum: number }>()
      parts.push(() => [
        ...head(name, help, 'histogram'),
        ...[...series.values()].flatMap(({ labels, counts, sum }) => {
          let below = 0
          const buckets = [...bounds, Infinity].map((bound, index) => {
            below += counts[index]!
            return `${name}_bucket${textOf({ ...labels, le: bound === Infinity ? '+Inf' : String(bound) })} ${below}`
          })
          return [...buckets, `${name}_sum${textOf(labels)} ${sum}`, `${name}_count${textOf(labels)} ${below}`]
        }),
      ])
      return (value, labels = {}) => {
        const key = textOf(labels)
        let one = series.get(key)
        if (!one) {
          if (series.size >= mostSeries) return
          series.set(key, (one = { labels, counts: Array.from({ length: bounds.length + 1 }, () => 0), sum: 0 }))
        }
        const place = bounds.findIndex((bound) => value <= bound)
        one.counts[place === -1 ? bounds.length : place]!++
        one.sum += value
      }
    },

    gauge(name, help, read) {
      parts.push(async () => {
        const found = await read()
        const list = typeof found === 'number' ? [{ labels: {}, value: found }] : found
        return [...head(name, help, 'gauge'), ...list.map(({ labels, value }) => `${name}${textOf(labels)} ${value}`)]
      })
    },

    total(name, help, read) {
      parts.push(() => [...head(name, help, 'counter'), `${name} ${read()}`])
    },

    async render() {
      const lines = await Promise.all(parts.map(async (part) => part()).map((part) => part.catch(() => [])))
      return `${lines.flat().join('\n')}\n`
    },
  }
}

function textOf(labels: Labels): string {
  const list = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`)
  return list.length === 0 ? '' : `{${list.join()}}`
}

const escape = (value: string) => value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
