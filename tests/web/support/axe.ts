import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe has to complain of on a page as it is now, one line each. `onlyColours`: all else was looked at before. */
export async function complaintsOf(page: Page, onlyColours = false): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  const violations = await page.evaluate(async (onlyColours) => {
    // What fades in has another colour for a moment.
    const ending = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity)
    await Promise.all(ending.map((animation) => animation.finished.catch(() => {})))
    const options = onlyColours ? { runOnly: ['color-contrast', 'link-in-text-block'] } : {}
    return (await (globalThis as unknown as { axe: typeof axe }).axe.run(document, options)).violations
  }, onlyColours)
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  )
}

/** What sticks out of the page sideways, and so makes all of it move. */
export async function stickingOut(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    const found = [...document.querySelectorAll('body *')].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect()
      return width > 0 && (right > clientWidth + 1 || left < -1)
    })
    return [
      `${scrollWidth} px in ${clientWidth}`,
      ...found.slice(0, 8).map((element) => element.outerHTML.slice(0, 160)),
    ]
  })
}
