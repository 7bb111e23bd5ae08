/** How much is unread, on the app's icon where it is installed. */
export function showBadge(unread: number): void {
  if (!('setAppBadge' in navigator)) return
  const done = unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()
  // Browsers have the function and refuse it where the app is not installed.
  done.catch(() => {})
}
