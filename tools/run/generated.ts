import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { configurations } from './access-control.ts'
import { clientSchema } from '../../packages/client/generate.ts'
import { chartDocs } from './chart-docs.ts'
import { chartFiles } from './chart-files.ts'
import { distributionDocs } from './distribution-docs.ts'
import { eventDocs } from './event-docs.ts'
import { root } from './home.ts'
import { openApi, openApiPath } from './openapi.ts'

interface Generator {
  /** What it owns: files here that it did not make are stale. Nothing, if it fills parts of files that are written by hand. */
  owns: string[]
  /** Text by path. */
  make: () => Promise<Record<string, string>>
}

/** Everything in the repository that is made from something else in it. */
const generators: Generator[] = [
  { owns: ['components/configuration/*.yaml'], make: configurations },
  { owns: [openApiPath], make: openApi },
  { owns: ['packages/client/src/schema.ts'], make: async () => clientSchema((await openApi())[openApiPath] ?? '') },
  { owns: ['docs/events.md'], make: eventDocs },
  { owns: [], make: distributionDocs },
  { owns: ['charts/service/files/*'], make: chartFiles },
  { owns: ['charts/*/values.schema.json'], make: chartDocs },
]

/** Writes what has changed; returns the paths. */
export async function generate(): Promise<string[]> {
  const changes = await differences()
  for (const { path, text } of changes) {
    if (text === null) {
      rmSync(join(root, path))
      continue
    }
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return changes.map(({ path }) => path)
}

/** A sentence for each file that is not what it would be if it were made now. */
export async function findStale(): Promise<string[]> {
  return (await differences()).map(({ path }) => `${path} is not current: npm run generate`)
}

async function differences(): Promise<{ path: string; text: string | null }[]> {
  const changes = []
  for (const { owns, make } of generators) {
    const made = await make()
    for (const [path, text] of Object.entries(made)) {
      const current = existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null
      if (current !== text) changes.push({ path, text })
    }
    for (const path of globSync(owns, { cwd: root })) if (!(path in made)) changes.push({ path, text: null })
  }
  return changes
}
