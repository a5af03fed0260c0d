import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { useDrawn } from './useDrawn.ts'

describe('useDrawn', () => {
  const frames: FrameRequestCallback[] = []
  const drawFrame = () => frames.splice(0).forEach((run) => run(0))
  beforeEach(() => {
    frames.length = 0
    vi.useFakeTimers()
    vi.stubGlobal('requestAnimationFrame', (run: FrameRequestCallback) => frames.push(run))
    vi.stubGlobal('cancelAnimationFrame', () => frames.splice(0))
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  test('is true when the frame that shows it is over, not when it is made', async () => {
    const ready = ref(false)
    const drawn = effectScope().run(() => useDrawn(() => ready.value))!
    drawFrame()
    ready.value = true
    await nextTick()
    expect(drawn.value).toBe(false)
    drawFrame()
    expect(drawn.value).toBe(false)
    drawFrame()
    expect(drawn.value).toBe(true)
  })

  test('does not wait for the frames of a page in the background', () => {
    const drawn = effectScope().run(() => useDrawn(() => true))!
    vi.advanceTimersByTime(500)
    expect(drawn.value).toBe(true)
  })

  test('says nothing after its component is gone', () => {
    const scope = effectScope()
    const drawn = scope.run(() => useDrawn(() => true))!
    scope.stop()
    drawFrame()
    vi.advanceTimersByTime(500)
    expect(drawn.value).toBe(false)
  })
})
