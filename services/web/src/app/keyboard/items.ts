import type { Command } from './keys.ts'

/**
 * What keys go through is marked in the page: `data-key-item` at each thing of a list, `data-key="like"` at what a key
 * presses in it.
 */
const item = '[data-key-item]'

/** The item after or before where one is: the one with the focus, else the first that is in view. */
export function goToItem(step: 1 | -1): void {
  const items = [...document.querySelectorAll<HTMLElement>(`main ${item}`)]
  const focused = document.activeElement?.closest<HTMLElement>(item)
  const at = focused ? items.indexOf(focused) + step : firstInView(items)
  const next = items[at]
  if (!next) return
  if (!next.hasAttribute('tabindex')) next.tabIndex = -1
  next.focus({ preventScroll: true, focusVisible: true })
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
  next.scrollIntoView({
    block: next.offsetHeight > innerHeight ? 'start' : 'center',
    behavior: isCalm ? 'auto' : 'smooth',
  })
}

function firstInView(items: readonly HTMLElement[]): number {
  return items.findIndex((element) => {
    const { top, bottom } = element.getBoundingClientRect()
    return bottom > innerHeight * 0.25 && top < innerHeight
  })
}

/** Presses what an item has for a command. Where a page is about one thing, that is it. */
export function pressInItem(command: Command): void {
  const items = [...document.querySelectorAll<HTMLElement>(`main ${item}`)]
  const within = document.activeElement?.closest<HTMLElement>(item) ?? items[firstInView(items)] ?? document
  const control = within.querySelector<HTMLElement>(`[data-key="${command}"]`)
  if (control?.matches('input, textarea')) control.focus()
  else control?.click()
}
