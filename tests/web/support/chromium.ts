import { type Browser, chromium } from 'playwright-core'
import { Failure } from '../../../tools/run/failure.ts'
import { findChromium } from '../../../tools/web/chromium.ts'

/** Starts the Chromium of this machine. @throws Failure where none is installed */
export async function launchChromium(args: string[] = []): Promise<Browser> {
  const executablePath = findChromium()
  if (!executablePath) {
    throw new Failure('No Chromium is installed: apt-get install chromium, or name one in CHROMIUM_PATH.')
  }
  return await chromium.launch({
    executablePath,
    // Containers give its sandbox no namespaces, and it sees nothing but the system under test.
    chromiumSandbox: false,
    args: ['--disable-dev-shm-usage', ...args],
  })
}
