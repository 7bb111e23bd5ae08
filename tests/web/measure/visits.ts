import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { seenBy, slowDown, slowPhone, slowWorkers, watchVitals } from './profile.ts'
import { type Bench, median, type Result, result } from './result.ts'

interface Loaded {
  lcpMs: number
  lcpElement: string
  cls: number
  /** Compressed: what the page needs to be there. */
  scriptBytes: number
  /** As it came over the line, with what follows by itself. */
  allScriptBytes: number
  fontBytes: number
}

/** How soon there is something to look at: at the first visit of somebody who is signed in, and at the next ones. */
export async function* measureVisits({ demo, browser, runs }: Bench): AsyncGenerator<Result> {
  await slowWorkers(browser)
  const pages = { home: '/', profile: '/@iris' }
  for (const [name, path] of Object.entries(pages)) {
    const first: Loaded[] = []
    const next: Loaded[] = []
    // The server has been asked before.
    for (let run = 0; run < 3; run++)
      await demo.read(name === 'home' ? '/api/v1/feed/home' : '/api/v1/users/iris/posts')
    for (let run = 0; run < runs; run++) {
      const context = await demo.browse(browser, slowPhone.browser)
      await watchVitals(context)
      first.push(await load(await context.newPage(), path))
      // Who looks for ten seconds has the service worker, which comes when the page has been there for a while.
      await stay(await context.newPage(), path)
      next.push(await load(await context.newPage(), path), await load(await context.newPage(), path))
      await context.close()
    }
    const element = first.at(-1)?.lcpElement ?? ''
    yield result(`LCP of ${name}, first visit`, median(first.map(({ lcpMs }) => lcpMs)), 'ms', {
      bar: { atMost: 1800 },
      note: `${range(first)}, ${element}`,
    })
    yield result(`LCP of ${name}, next visits`, median(next.map(({ lcpMs }) => lcpMs)), 'ms', {
      bar: { atMost: 1000 },
      note: `${range(next)}, ${next.at(-1)?.lcpElement ?? ''}`,
    })
    yield result(`CLS of ${name}, worst of all visits`, Math.max(...[...first, ...next].map(({ cls }) => cls)), '', {
      bar: { atMost: 0.02 },
    })
    const scripts = Math.max(...first.map(({ scriptBytes }) => scriptBytes)) / 1000
    const all = Math.max(...first.map(({ allScriptBytes }) => allScriptBytes)) / 1000
    yield result(`JavaScript of ${name}, compressed`, scripts, 'kB', {
      bar: { atMost: 130 },
      note: `${all.toFixed(1)} kB with what follows when it is there`,
    })
    const fonts = Math.max(...first.map(({ fontBytes }) => fontBytes)) / 1000
    yield result(`fonts of ${name}`, fonts, 'kB', { bar: { atMost: 60 } })
  }
}

async function stay(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
  await page.goto('about:blank')
  await page.close()
}

function range(loads: readonly Loaded[]): string {
  const times = loads.map(({ lcpMs }) => lcpMs)
  return `${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}`
}

async function load(page: Page, path: string): Promise<Loaded> {
  const cdp = await slowDown(page)
  const kinds = new Map<string, string>()
  const bytes = { Script: 0, Font: 0 } as Record<string, number>
  let lastAnswer = performance.now()
  let isPainted = false
  cdp.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (!response.fromServiceWorker && !response.fromDiskCache) kinds.set(requestId, type)
  })
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    lastAnswer = performance.now()
    const kind = kinds.get(requestId)
    // What is fetched in advance, once the line has been silent, is no part of the page.
    if (kind && !isPainted) bytes[kind] = (bytes[kind] ?? 0) + encodedDataLength
  })
  await page.goto(path, { waitUntil: 'load', timeout: 60_000 })
  const deadline = performance.now() + 30_000
  for (;;) {
    const { lcpMs } = await seenBy(page)
    if (lcpMs > 0 && performance.now() - lastAnswer > 1500) break
    if (performance.now() > deadline) throw new Error(`${path} does not come to rest.`)
    await sleep(100)
  }
  isPainted = true
  const { lcpMs, lcpElement, cls } = await seenBy(page)
  const scriptBytes = await page.evaluate((lcpMs) => {
    const [visit] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    const isThere = Math.max(lcpMs, visit?.loadEventEnd ?? 0)
    return (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({ name, startTime }) => new URL(name).pathname.endsWith('.js') && startTime < isThere)
      .reduce((bytes, { encodedBodySize }) => bytes + encodedBodySize, 0)
  }, lcpMs)
  // Leaving is when the app keeps what was on screen.
  await page.goto('about:blank')
  await page.close()
  return { lcpMs, lcpElement, cls, scriptBytes, allScriptBytes: bytes['Script'] ?? 0, fontBytes: bytes['Font'] ?? 0 }
}
