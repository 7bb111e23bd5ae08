import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

// Makes the icons that systems want as pixels, from public/icon.svg: `npm run icons`. They are kept in the repository.

const folder = join(import.meta.dirname, '../public')
const whole = (await readFile(join(folder, 'icon.svg'), 'utf8')).trim()
const inkGround = '<rect width="64" height="64" fill="#161514"/>'
const mark = whole.replace(/^<svg[^>]*>|<rect[^>]*\/>|<\/svg>$/g, '')

/** The mark, smaller, on a ground that fills the square: systems cut it to shapes of their own. */
function filled(share: number): string {
  const margin = 32 * (1 - share)
  return svg(`${inkGround}<g transform="translate(${margin} ${margin}) scale(${share})">${mark}</g>`)
}

/** One colour: of what is drawn, systems take the shape alone. */
const silhouette = svg(
  `<g fill="#fff"><path d="M32 15a12.500 17 0 0 0 0 34z"/>
  <ellipse cx="32" cy="32" rx="17" ry="22" fill="none" stroke="#fff" stroke-width="3"/></g>`,
)

function svg(inside: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">${inside}</svg>`
}

await mkdir(join(folder, 'icons'), { recursive: true })
for (const [name, source, size] of [
  ['icon-192', whole, 192],
  ['icon-512', whole, 512],
  ['maskable-512', filled(0.8), 512],
  ['apple-touch-icon', filled(0.9), 180],
  ['badge-96', silhouette, 96],
] as const) {
  const image = sharp(Buffer.from(source), { density: 72 * 8 }).resize(size, size)
  await writeFile(join(folder, 'icons', `${name}.png`), await image.png({ palette: true, effort: 10 }).toBuffer())
}
