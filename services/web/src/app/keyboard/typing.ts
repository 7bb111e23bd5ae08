const typed = 'input:not([type=button], [type=checkbox], [type=radio], [type=range], [type=submit]), textarea, select'

/** Whether keys belong to what has the focus. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest(typed) !== null)
}
