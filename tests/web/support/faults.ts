import type { BrowserContext, Page } from 'playwright-core'
import { reportPath } from '../../../services/gateway/src/web/policy.ts'

/**
 * What no page may do: errors in its console, errors that nobody caught, and what the content security policy stops.
 * `mayFail` names what a test provokes; a browser writes every answer above 399 to the console.
 */
export async function watchFaults(context: BrowserContext, mayFail: readonly RegExp[]): Promise<string[]> {
  const faults: string[] = []
  function add(fault: string): void {
    if (!mayFail.some((pattern) => pattern.test(fault))) faults.push(fault)
  }
  // A violation tells itself before its report is on its way, and workers have no document.
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile }) => {
      console.error(`csp: ${effectiveDirective} stopped ${blockedURI} of ${sourceFile}`)
    })
  })
  function watch(page: Page): void {
    page.on('pageerror', (error) => add(`uncaught: ${error.stack ?? error.message}`))
  }
  for (const page of context.pages()) watch(page)
  context.on('page', watch)
  context.on('console', (message) => {
    if (message.type() === 'error') add(`console: ${message.text()} (${message.location().url})`)
  })
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === reportPath) add(`csp report: ${request.postData() ?? ''}`)
  })
  return faults
}
