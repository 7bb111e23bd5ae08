import { isExecutable, which } from '../provision/commands.ts'
import { Failure } from '../run/failure.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The Chromium of this machine: CHROMIUM_PATH, else the first on the PATH; undefined where there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env['CHROMIUM_PATH']
  if (!named) return names.map((name) => which(name, env)).find((path) => path !== undefined)
  if (isExecutable(named)) return named
  throw new Failure(`CHROMIUM_PATH is ${named}, and there is no program.`)
}
