import { setTimeout as sleep } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright-core'
import { slowPhone } from './profile.ts'
import { type Bench, type Result, result } from './result.ts'

interface Post {
  id: string
  media: unknown[]
}

const posts = 520
const pixelsPerFrame = 100

/** How a feed of five hundred posts scrolls, on a telephone as fast as this machine, and what it keeps in memory. */
export async function* measureScrolling({ demo, browser }: Bench): AsyncGenerator<Result> {
  const context = await demo.browse(browser, slowPhone.browser)
  const { items } = await demo.read<{ items: Post[] }>('/api/v1/feed?limit=50')
  // As many as are needed, page by page, made from those that are there: each with an id of its own.
  await context.route('**/api/v1/feed?*', async (route) => {
    const query = new URL(route.request().url()).searchParams
    const from = Number(query.get('cursor') ?? 0)
    const to = Math.min(posts, from + Number(query.get('limit') ?? 20))
    const page = Array.from({ length: to - from }, (_, index) => {
      const post = items[(from + index) % items.length]!
      return { ...post, id: post.id.replace(/.{4}$/, (from + index).toString(16).padStart(4, '0')) }
    })
    await route.fulfill({ json: { items: page, nextCursor: to < posts ? String(to) : null } })
  })
  const page = await context.newPage()
  await page.goto('/global')
  await page.locator('article').first().waitFor()
  const cdp = await context.newCDPSession(page)
  await cdp.send('HeapProfiler.enable')
  const rates: number[] = []
  const at100 = await scrollTo(page, cdp, 100, rates)
  const at500 = await scrollTo(page, cdp, 500, rates)
  await context.close()

  const sorted = rates.toSorted((a, b) => a - b)
  yield result(
    'frames while scrolling 500 posts, mean',
    rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
    'frames/s',
    {
      bar: { atLeast: 50 },
      note: `worst second ${sorted[0]?.toFixed(0)}, ${rates.length} s`,
    },
  )
  yield result('memory at post 500 to that at post 100', at500.bytes / at100.bytes, '×', {
    bar: { atMost: 1.2 },
    note: `${(at100.bytes / 1e6).toFixed(1)} MB and ${(at500.bytes / 1e6).toFixed(1)} MB of JavaScript, ${at100.nodes} and ${at500.nodes} nodes`,
  })
}

/** Scrolls by so much a frame until the n-th post has been seen; adds the frames of each whole second. */
async function scrollTo(
  page: Page,
  cdp: CDPSession,
  post: number,
  rates: number[],
): Promise<{ bytes: number; nodes: number }> {
  const seconds = await page.evaluate(
    async ({ post, step }) => {
      const seconds: number[] = []
      let frames = 0
      let began = performance.now()
      for (;;) {
        const now = await new Promise<number>(requestAnimationFrame)
        frames++
        if (now - began >= 1000) {
          seconds.push((frames * 1000) / (now - began))
          frames = 0
          began = now
        }
        scrollBy({ top: step, behavior: 'instant' })
        // The number of a post is the end of its id.
        const address = [...document.querySelectorAll('article a[data-key=open]')].at(-1)?.getAttribute('href')
        if (Number.parseInt(address?.slice(-4) ?? '0', 16) >= post) return seconds
      }
    },
    { post, step: pixelsPerFrame },
  )
  rates.push(...seconds)
  await sleep(1000)
  await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize } = await cdp.send('Runtime.getHeapUsage')
  const { nodes } = await cdp.send('Memory.getDOMCounters')
  return { bytes: usedSize, nodes }
}
