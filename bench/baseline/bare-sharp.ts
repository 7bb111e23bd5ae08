import { readFileSync } from 'node:fs'
import sharp from 'sharp'

// The same variants by sharp alone: no queue, no store, no placeholder. Prints the CPU-ms that a photo takes.

const [path = '', count = '1'] = process.argv.slice(2)
const photo = readFileSync(path)

async function render(): Promise<void> {
  const webp = { quality: 80, effort: 4 }
  const upright = sharp(photo).autoOrient()
  await upright.clone().resize(320, 320, { position: sharp.strategy.attention }).webp(webp).toBuffer()
  for (const width of [640, 1080, 2048]) await upright.clone().resize(width).webp(webp).toBuffer()
}

await render()
const before = process.cpuUsage()
for (let photos = 0; photos < Number(count); photos++) await render()
const { user, system } = process.cpuUsage(before)
console.log((user + system) / 1000 / Number(count))
