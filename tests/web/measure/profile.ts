import type { Browser, BrowserContext, BrowserContextOptions, CDPSession, Page } from 'playwright-core'

/** The telephone and the line that the bars are meant for: as Lighthouse has them, applied and not reckoned. */
export const slowPhone = {
  cpuSlowdown: 4,
  line: { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 },
  browser: {
    viewport: { width: 412, height: 823 },
    deviceScaleFactor: 1.75,
    isMobile: true,
    hasTouch: true,
    locale: 'en-GB',
  } satisfies BrowserContextOptions,
}

/** Slows a page down to the profile; what its service worker asks for is slowed by `slowWorkers`. */
export async function slowDown(page: Page): Promise<CDPSession> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Network.enable')
  await cdp.send('Network.emulateNetworkConditions', slowPhone.line)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowPhone.cpuSlowdown })
  return cdp
}

/** A worker has a network of its own, which is no page's. */
export async function slowWorkers(browser: Browser): Promise<void> {
  const cdp = await browser.newBrowserCDPSession()
  cdp.on('Target.targetCreated', ({ targetInfo }) => {
    if (targetInfo.type !== 'service_worker') return
    void (async () => {
      const { sessionId } = await cdp.send('Target.attachToTarget', { targetId: targetInfo.targetId, flatten: false })
      const message = JSON.stringify({ id: 1, method: 'Network.emulateNetworkConditions', params: slowPhone.line })
      await cdp.send('Target.sendMessageToTarget', { sessionId, message })
    })().catch((error: unknown) => console.error('a service worker was not slowed down:', error))
  })
  await cdp.send('Target.setDiscoverTargets', { discover: true })
}

/** What a page has seen of itself so far. */
export interface Seen {
  lcpMs: number
  /** What it was that was painted last and largest. */
  lcpElement: string
  cls: number
  /** The longest that an interaction took, with its kind. */
  inpMs: number
  inpOf: string
  /** How many interactions there were. */
  interactions: number
}

/** Makes every page of this browser watch itself from its first moment on. */
export async function watchVitals(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const seen = { lcpMs: 0, lcpElement: '', cls: 0, inpMs: 0, inpOf: '', interactions: 0 }
    Object.assign(globalThis, { seen })
    const longest = new Map<number, number>()
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { element?: Element; url?: string })[]) {
        seen.lcpMs = entry.startTime
        const { element } = entry
        seen.lcpElement = `${element?.tagName.toLowerCase() ?? 'gone'} ${entry.url || (element?.textContent ?? '').slice(0, 40)}`
      }
    }).observe({ type: 'largest-contentful-paint', buffered: true })
    // Shifts within a second of each other, five seconds at most, are one: the worst of them counts.
    let [windowStart, windowEnd, windowSum] = [0, 0, 0]
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
        if (entry.hadRecentInput) continue
        const goesOn = entry.startTime - windowEnd < 1000 && entry.startTime - windowStart < 5000
        if (!goesOn) [windowStart, windowSum] = [entry.startTime, 0]
        windowEnd = entry.startTime
        windowSum += entry.value
        seen.cls = Math.max(seen.cls, windowSum)
      }
    }).observe({ type: 'layout-shift', buffered: true })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEventTiming & { interactionId?: number })[]) {
        if (!entry.interactionId) continue
        longest.set(entry.interactionId, Math.max(longest.get(entry.interactionId) ?? 0, entry.duration))
        seen.interactions = longest.size
        if (entry.duration <= seen.inpMs) continue
        seen.inpMs = entry.duration
        const target = entry.target as Element | null
        seen.inpOf = `${entry.name} ${target?.closest('[aria-label]')?.getAttribute('aria-label') ?? target?.textContent?.slice(0, 30) ?? ''}`
      }
    }).observe({ type: 'event', buffered: true, durationThreshold: 16 } as PerformanceObserverInit)
  })
}

export async function seenBy(page: Page): Promise<Seen> {
  return await page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen)
}
