import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bundle, sbomFile, servicesThere } from './bundle.ts'

const MB = 1_000_000
const folder = mkdtempSync(join(tmpdir(), 'daguerre-bundles-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.concurrent('the bundle of a service', () => {
  it.each(servicesThere())(
    'of %s starts on its own, loads what it may ask for later, and is small',
    async (service) => {
      const place = join(folder, service)
      await bundle(service, place)

      // What is loaded on demand first; then main, which ends at the configuration that it lacks.
      const chunks = readdirSync(join(place, 'dist/chunks')).filter((name) => name.endsWith('.js'))
      const files = [...chunks.map((name) => `chunks/${name}`), 'main.js']
      const script = files.map((file) => `await import('./dist/${file}')`).join('\n')
      const { code, output } = await node(place, '--no-deprecation', '--input-type=module', '--eval', script)
      expect(output).toContain('Configuration cannot be used:\n  APP_ID: is required')
      expect(code).toBe(1)
      expect((await node(place, 'dist/call.js')).output).toContain('usage: node call.js')

      // What is bundled, what is copied, and for the gateway what browsers load.
      const { components } = JSON.parse(readFileSync(join(place, sbomFile), 'utf8')) as {
        components: { name: string }[]
      }
      const inside = {
        media: ['sharp', '@img/colour', 'hono'],
        gateway: ['swagger-ui-dist', 'react-dom', 'libheif-js', 'undici'],
      }
      const names = components.map(({ name }) => name)
      expect(names).toEqual(expect.arrayContaining(inside[service as keyof typeof inside] ?? ['hono', 'zod']))

      expect(bytesIn(place)).toBeLessThan(service === 'media' ? 60 * MB : 25 * MB)
    },
    60_000,
  )
})

/** Runs Node in a folder that no package of the checkout can be seen from, without a variable in its environment. */
function node(cwd: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, env: {}, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}

function bytesIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0)
}
