import { loadavg } from 'node:os'
import { Failure, sentenceOf } from '../../tools/run/failure.ts'
import { openDemo } from './measure/demo.ts'
import { type Result, resultLine } from './measure/result.ts'
import { measureScrolling } from './measure/scrolling.ts'
import { measureSession } from './measure/session.ts'
import { measureVisits } from './measure/visits.ts'
import { launchChromium } from './support/chromium.ts'

// `npm run bench web`: what the web app must hold (docs/architecture.md), measured on a system that runs with the demo.
const [url = '', runs = '5'] = process.argv.slice(2)

async function bench(): Promise<boolean> {
  const demo = await openDemo(url)
  const browser = await launchChromium()
  const results: Result[] = []
  try {
    console.log(
      `${url}, Chromium ${browser.version()}, ${runs} runs, as on a telephone: processor 4 times slower, 1.6 Mbit/s, 150 ms`,
    )
    console.log(`load of this machine before: ${load()}\n`)
    for (const measure of [measureVisits, measureSession, measureScrolling]) {
      for await (const result of measure({ demo, browser, runs: Number(runs) })) {
        results.push(result)
        console.log(resultLine(result))
      }
    }
    console.log(`\nload of this machine after: ${load()}`)
  } finally {
    await browser.close()
  }
  return results.every(({ holds }) => holds !== false)
}

function load(): string {
  return loadavg()
    .map((value) => value.toFixed(2))
    .join(' ')
}

try {
  process.exitCode = (await bench()) ? 0 : 1
} catch (error) {
  console.error(error instanceof Failure ? sentenceOf(error) : error)
  process.exitCode = 1
}
