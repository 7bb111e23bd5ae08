import type { BrowserContext, Page, Response } from 'playwright-core'
import { reportPath } from '../../../services/gateway/src/web/policy.ts'

/**
 * What no page may do: errors in its console, errors that nobody caught, and what the content security policy stops.
 * `mayFail` names what a test provokes; a browser writes every answer above 399 to the console.
 * @returns what reads them: before the context is closed
 */
export async function watchFaults(
  context: BrowserContext,
  mayFail: readonly RegExp[],
): Promise<() => Promise<string[]>> {
  const faults: string[] = []
  const refusals: Promise<string>[] = []
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
  context.on('response', (response) => {
    if (response.status() >= 400) refusals.push(said(response))
  })
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === reportPath) add(`csp report: ${request.postData() ?? ''}`)
  })
  // The console says the status alone: what the server said of it is for whoever reads the failure.
  return async () => (faults.length === 0 ? [] : [...faults, ...(await Promise.all(refusals))])
}

async function said(response: Response): Promise<string> {
  const text = await response.text().catch(() => 'nothing that could be read')
  return `${response.request().method()} ${response.url()} answered ${response.status()}: ${text.slice(0, 500)}`
}
