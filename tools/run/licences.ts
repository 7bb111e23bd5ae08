import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './home.ts'

/** What a package may be under without anybody thinking about it: passed on with its text, and nothing more is asked. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
])

/** Packages under another licence, and why they may be here. */
const exceptions: Record<string, { licence: string; why: string }> = {
  '@fontsource/newsreader': { licence: 'OFL-1.1', why: 'a typeface, passed on as it is with its licence' },
  'libheif-js': { licence: 'LGPL-3.0', why: 'a file of its own beside the web app, which can be replaced' },
  '@img/sharp-libvips-*': { licence: 'LGPL-3.0-or-later', why: 'a shared library, which can be replaced' },
  'axe-core': { licence: 'MPL-2.0', why: 'in tests only' },
  lightningcss: { licence: 'MPL-2.0', why: 'a tool of the build, nothing of it is passed on' },
  'lightningcss-*': { licence: 'MPL-2.0', why: 'a tool of the build, nothing of it is passed on' },
}

export interface PackageManifest {
  name: string
  version: string
  license?: unknown
  /** As npm had it long ago. */
  licenses?: unknown
}

/** Every package that is installed here, those of other platforms left out. */
export function installedPackages(): PackageManifest[] {
  const paths = globSync(
    ['*/node_modules/*/package.json', '*/node_modules/@*/*/package.json'].map((path) => `node_modules/.pnpm/${path}`),
    { cwd: root },
  )
  const manifests = paths.map((path) => JSON.parse(readFileSync(join(root, path), 'utf8')) as PackageManifest)
  const known = new Map(manifests.map((manifest) => [`${manifest.name}@${manifest.version}`, manifest]))
  return [...known.values()].filter(({ name, version }) => name && version)
}

/** The licence that a package names, as an SPDX expression as far as it is one. */
export function licenceOf({ license, licenses }: PackageManifest): string {
  const found = license ?? licenses
  const names = (Array.isArray(found) ? found : [found]).map((one: unknown) =>
    typeof one === 'object' && one !== null ? (one as { type?: unknown }).type : one,
  )
  const text = names.filter((name) => typeof name === 'string').join(' OR ')
  return text.replace(/^apache-2\.0$/, 'Apache-2.0')
}

/** Packages whose licence is neither allowed nor an exception; one sentence each. */
export function findLicenceFaults(packages: PackageManifest[] = installedPackages()): string[] {
  return packages.flatMap((manifest) => {
    const licence = licenceOf(manifest)
    if (isAllowed(licence) || exceptionOf(manifest.name) === licence) return []
    const shown = licence === '' ? 'names no licence' : `is under ${licence}`
    return `${manifest.name} ${manifest.version} ${shown}: allow it in tools/run/licences.ts, with a reason, or do without`
  })
}

function exceptionOf(name: string): string | undefined {
  const key = Object.keys(exceptions).find((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  )
  return key && exceptions[key]?.licence
}

/** `A OR B` needs one of them, `A AND B` both; what is neither is no licence that is allowed. */
function isAllowed(expression: string): boolean {
  const bare = expression.replace(/^\((.*)\)$/, '$1')
  if (bare.includes(' OR ')) return bare.split(' OR ').some(isAllowed)
  return bare.split(' AND ').every((licence) => allowed.has(licence))
}
