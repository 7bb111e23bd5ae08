import { appendFileSync } from 'node:fs'

/** What a part has proved, for the end of `npm run test:security`: a line of numbers. */
export function tell(part: string, what: string): void {
  const path = process.env['DAGUERRE_COUNTS']
  if (path) appendFileSync(path, `${part}: ${what}\n`)
  else console.log(`${part}: ${what}`)
}
