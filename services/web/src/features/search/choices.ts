/** Moves through what was found by the arrow keys, from the field and back to it. */
export function moveChoice(key: string, within: HTMLElement, field: HTMLElement): boolean {
  const step = { ArrowDown: 1, ArrowUp: -1 }[key]
  if (step === undefined) return false
  const choices = [...within.querySelectorAll<HTMLElement>('[data-choice]')]
  const at = choices.indexOf(document.activeElement as HTMLElement)
  const isInField = document.activeElement === field
  if (at === -1 && !isInField) return false
  const next = isInField ? (step === 1 ? 0 : -1) : at + step
  if (next >= choices.length) return true
  ;(choices[next] ?? field).focus()
  return true
}
