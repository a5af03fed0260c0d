import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How late the event loop usually was since it was last asked, in milliseconds. */
export function measureLag(): () => number {
  const resolution = 20
  const histogram = monitorEventLoopDelay({ resolution })
  histogram.enable()
  return () => {
    const delay = histogram.percentile(50) / 1e6 - resolution
    histogram.reset()
    return delay
  }
}
