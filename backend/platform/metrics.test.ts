import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'

test('counters, histograms and gauges are written as Prometheus reads them', async () => {
  const metrics = createMetrics()
  const count = metrics.counter('jobs_total', 'Jobs.')
  count({ kind: 'a"b\\c\n' })
  count({ kind: 'a"b\\c\n' })
  const observe = metrics.histogram('seconds', 'Time.', [0.1, 1])
  for (const value of [0.05, 0.1, 0.5, 7]) observe(value, { route: '/x' })
  metrics.gauge('sockets', 'Sockets.', () => 3)
  expect(await metrics.render()).toBe(
    [
      '# HELP jobs_total Jobs.',
      '# TYPE jobs_total counter',
      String.raw`jobs_total{kind="a\"b\\c\n"} 2`,
      '# HELP seconds Time.',
      '# TYPE seconds histogram',
      'seconds_bucket{route="/x",le="0.1"} 2',
      'seconds_bucket{route="/x",le="1"} 3',
      'seconds_bucket{route="/x",le="+Inf"} 4',
      'seconds_sum{route="/x"} 7.65',
      'seconds_count{route="/x"} 4',
      '# HELP sockets Sockets.',
      '# TYPE sockets gauge',
      'sockets 3',
      '',
    ].join('\n'),
  )
})

test('labels without end do not fill the memory', async () => {
  const metrics = createMetrics()
  const count = metrics.counter('x_total', 'X.')
  for (let number = 0; number < 5000; number++) count({ number: String(number) })
  expect((await metrics.render()).split('\n').length).toBeLessThan(2010)
})

test('a figure that cannot be read at the moment is left out, and the others are there', async () => {
  const metrics = createMetrics()
  metrics.gauge('away', 'In a database that is gone.', () => Promise.reject(new Error('gone')))
  metrics.gauge('here', 'Here.', async () => 1)
  expect(await metrics.render()).toBe('# HELP here Here.\n# TYPE here gauge\nhere 1\n')
})
