import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join, resolve } from 'node:path'
import { build } from 'esbuild'
import { licenceOf, type PackageManifest } from '../run/licences.ts'
import { ensureWebBuild } from '../web/build.ts'
import { type Material, sbomOf } from './sbom.ts'

const root = resolve(import.meta.dirname, '../..')

/** With machine code in them, so they are copied as they are. */
const native = ['@node-rs/argon2', 'sharp']

interface Package {
  name: string
  folder: string
}

/** In an image and beside it: what it is made of, as CycloneDX has it. */
export const sbomFile = 'sbom.cdx.json'

/** The services of the checkout, by the names of their folders. */
export function servicesThere(): string[] {
  return globSync('services/*/src/main.ts', { cwd: root })
    .map((path) => path.split('/')[1] ?? '')
    .toSorted()
}

/**
 * Writes all that an image has of a service: dist/main.js, dist/migrate.js where it has one, dist/call.js, and what they
 * read beside them, which for the gateway is the web app too; and the list of what that is made of. Chunks hold what entries share or load only on demand: without them a service has 55 MB more memory.
 * @param folder made if it is not there; /app in an image
 */
export async function bundle(service: string, folder: string): Promise<void> {
  const source = join(root, 'services', service)
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entriesOf(source),
    outdir: join(folder, 'dist'),
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Packages in CommonJS ask for Node's own modules by it.
    banner: {
      js: "import { createRequire as moduleRequire } from 'node:module'; const require = moduleRequire(import.meta.url);",
    },
    external: native,
    // The space between words is 14 MB of memory; names stay, for migrations are known by them.
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: true,
    // Node prints the line of an error that nobody caught.
    lineLimit: 160,
    // For `NODE_OPTIONS=--enable-source-maps`, which is not on by itself: it costs 60 MB of memory and time at each start.
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
  const copied = native.filter((name) => imported.includes(name)).flatMap((name) => withDependencies(name, source))
  for (const { name, folder: from } of copied) copyPackage(from, join(folder, 'node_modules', name))
  const inside = packagesOf(Object.keys(metafile.inputs))
  const manifest = { name: `daguerre-${service}`, version: manifestOf(root).version, type: 'module' }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest)}\n`)
  writeFileSync(join(folder, 'THIRD_PARTY_LICENSES'), licencesOf([...inside, ...copied]))
  for (const name of ['LICENSE', 'NOTICE']) cpSync(join(root, name), join(folder, name))
  const materials = [...inside, ...copied].map(materialOf)
  if (service === 'gateway') materials.push(...(await copyPages(source, folder)))
  writeFileSync(join(folder, sbomFile), sbomOf(manifest, materials))
}

function materialOf({ name, folder }: Package): Material {
  const manifest = manifestOf(folder)
  return { name, version: manifest.version, licence: licenceOf(manifest) }
}

/** What the gateway serves as it is. @returns what it is made of */
async function copyPages(source: string, folder: string): Promise<Material[]> {
  const documents = copyDocuments(source, folder)
  // The shorter forms too: compressed as well as can be when they are built, not at every start.
  const web = join(folder, 'web')
  cpSync(await ensureWebBuild(console.error), web, {
    recursive: true,
    filter: (path) => !basename(path).startsWith('.'),
  })
  const headings = ['licences.txt', 'licences-of-files.txt'].flatMap((file) => [
    ...readFileSync(join(web, file), 'utf8').matchAll(/^## (\S+) - (\S+) \(([^,)]+)/gm),
  ])
  return [documents, ...headings.map(([, name = '', version = '', licence = '']) => ({ name, version, licence }))]
}

function entriesOf(source: string): Record<string, string> {
  const migrate = join(source, 'src/migrate.ts')
  return {
    main: join(source, 'src/main.ts'),
    call: join(root, 'packages/kit/src/call.ts'),
    ...(existsSync(migrate) ? { migrate } : {}),
  }
}

/** A package and all that it needs, as far as it is installed: what is for other platforms is not. */
function withDependencies(name: string, importer: string, found = new Map<string, Package>()): Package[] {
  const folder = folderOf(name, importer)
  if (folder === undefined) return []
  const known = found.get(name)
  if (known) {
    if (known.folder !== folder) throw new Error(`Two versions of ${name} are needed, and an image has room for one.`)
    return []
  }
  found.set(name, { name, folder })
  const { dependencies = {}, optionalDependencies = {} } = manifestOf(folder)
  for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies })) {
    withDependencies(dependency, folder, found)
  }
  return [...found.values()]
}

/** As Node looks for it, but for `exports`, by which many packages hide their package.json. */
function folderOf(name: string, importer: string): string | undefined {
  const places = createRequire(join(realpathSync(importer), 'package.json')).resolve.paths(name) ?? []
  const place = places.map((path) => join(path, name)).find((path) => existsSync(join(path, 'package.json')))
  return place === undefined ? undefined : realpathSync(place)
}

interface Manifest extends PackageManifest {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

function copyPackage(from: string, to: string): void {
  // Sources in C++, types and maps are for who builds; node_modules are copied one by one.
  const left = /\/node_modules$|\/src$|\.(md|map|h|d\.[cm]?ts)$/
  cpSync(from, to, { recursive: true, filter: (path) => !left.test(path.slice(from.length)) })
}

/** The API's description and what shows it, where the gateway looks for it. */
function copyDocuments(source: string, folder: string): Material {
  cpSync(join(source, 'openapi.json'), join(folder, 'openapi.json'))
  const name = 'swagger-ui-dist'
  const from = realpathSync(join(source, 'node_modules', name))
  const to = join(folder, 'node_modules', name)
  mkdirSync(to, { recursive: true })
  const licences = ['LICENSE', 'NOTICE', 'swagger-ui-bundle.js.LICENSE.txt']
  const files = ['package.json', 'swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png', ...licences]
  for (const file of files) cpSync(join(from, file), join(to, file))
  return materialOf({ name, folder: from })
}

function packagesOf(inputs: string[]): Package[] {
  const folders = inputs.flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [])
  return [...new Set(folders)].map((folder) => ({
    name: folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length),
    folder: join(root, folder),
  }))
}

/** Their licences ask to be passed on with them; equal texts stand once. */
function licencesOf(packages: Package[]): string {
  const texts = Map.groupBy(
    packages.toSorted((a, b) => a.name.localeCompare(b.name)),
    ({ folder }) => {
      const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i.test(file))
      const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')
      return text === '' ? `License: ${licenceOf(manifestOf(folder)) || 'not named'}` : text
    },
  )
  return [...texts]
    .map(([text, users]) => {
      const names = new Set(users.map(({ name, folder }) => `${name} ${manifestOf(folder).version}`))
      return `${[...names].join(', ')}\n\n${text}\n`
    })
    .join(`\n${'-'.repeat(80)}\n\n`)
}

if (import.meta.main) {
  const [service = '', folder] = process.argv.slice(2)
  if (!servicesThere().includes(service) || folder === undefined) {
    console.error(`node tools/images/bundle.ts SERVICE FOLDER; services: ${servicesThere().join(', ')}`)
    process.exit(1)
  }
  await bundle(service, resolve(folder))
}
