import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { photographs } from '../../tools/demo/photographs.ts'
import { makeLargePhoto } from '../data/large-photo.ts'
import { uploadPhoto, untilReady } from '../data/photos.ts'
import type { Viewer } from '../load/load-data.ts'
import { perUnit, readMemory, sum } from '../measure/kinds.ts'
import { measure, measureIdle } from '../measure/window.ts'
import type { Bench, Workload } from './workload.ts'

export const mediaWork: Workload = {
  letter: 'l',
  name: 'media',
  about: 'photos of 12 megapixels, from the upload to their variants, against bare sharp',
  async *run(bench) {
    const { daguerre, report } = bench
    const count = bench.isShort ? 4 : 20
    const photo = await makeLargePhoto(photographs.aeroplane)
    const bare = await measureBare(photo, count)
    const [viewer] = (await daguerre.loadData()).viewers
    await work(bench, viewer!, photo, 2)
    const idle = await measureIdle(daguerre.processes, bench.pace.idleSeconds)
    const { result: seconds, used } = await measure(daguerre.processes, () => work(bench, viewer!, photo, count))
    const cpuMs = perUnit(used.cpuMs, idle, used.seconds, count)
    report(
      `media: ${(count / seconds).toFixed(2)} photos/s, ${sum(cpuMs).toFixed(0)} CPU-ms; bare sharp ${bare.toFixed(0)}`,
    )
    yield {
      workload: 'media',
      unit: 'photo',
      title: 'photo of 12 megapixels',
      subject: 'daguerre',
      units: count,
      errors: 0,
      perSecond: count / seconds,
      cpuMs,
      generatorMs: used.ownMs / count,
      memoryBytes: readMemory(await daguerre.processes()),
      load: used.load,
      figures: { 'bare sharp CPU-ms': bare, 'times bare sharp': sum(cpuMs) / bare },
    }
  },
}

async function work({ daguerre }: Bench, viewer: Viewer, photo: Buffer, count: number): Promise<number> {
  const headers = { authorization: `Bearer ${viewer.token}` }
  const began = performance.now()
  const uploads = Array.from({ length: count }, () => uploadPhoto(daguerre.url, headers, photo))
  const media = await Promise.all(uploads)
  for (const id of media) await untilReady(daguerre.url, headers, id)
  return (performance.now() - began) / 1000
}

/** In a process of its own, so that its time is its own. @returns CPU-ms a photo */
async function measureBare(photo: Buffer, count: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'daguerre-photo-'))
  try {
    const path = join(folder, 'photo.jpg')
    writeFileSync(path, photo)
    const script = join(import.meta.dirname, '../baseline/bare-sharp.ts')
    const child = spawn(process.execPath, [script, path, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`Bare sharp ended with ${code}.`))))
    })
    return Number(said)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
