import { globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { root } from './home.ts'

const importPattern = /(?:\bfrom|\bimport)\s*\(?\s*(['"])([^'"\n]+)\1/g
/** kit is mechanics: a word of photo sharing in its code says that something is in the wrong place. */
const domainWords = /photo|caption|hashtag|timeline|followe|avatar/i

/** Imports that cross a border of the house; one sentence each. */
export function findBoundaryViolations(): string[] {
  const files = globSync('{packages,services}/**/*.{ts,tsx}', {
    cwd: root,
    exclude: (name) => /(^|\/)(node_modules|dist)$/.test(name),
  })
  return files.flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8')
    const complaints = importsOf(source).flatMap((imported) => judge(file, imported) ?? [])
    const isKit = file.startsWith('packages/kit/src/') && !file.endsWith('.test.ts')
    const word = isKit ? domainWords.exec(withoutComments(source))?.[0] : undefined
    return word ? [...complaints, `${file}: kit knows no domain word such as "${word}"`] : complaints
  })
}

function importsOf(source: string): string[] {
  return [...source.matchAll(importPattern)].map((match) => match[2] ?? '')
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '')
}

function judge(file: string, imported: string): string | undefined {
  const house = file.split('/').slice(0, 2).join('/')
  const isTest = file.includes('/test/') || /\.test\.tsx?$/.test(file)
  if (imported.startsWith('.')) {
    const target = relative(root, resolve(root, dirname(file), imported))
    return target.startsWith(`${house}/`) ? undefined : `${file}: imports ${target}, which is not its own`
  }
  const [scope, name = ''] = imported.split('/')
  const ours = scope === '@daguerre' ? name : undefined
  if (house === 'packages/contracts') {
    if (ours) return `${file}: contracts imports nothing of this repository, and here it is ${imported}`
    const builtin = imported.startsWith('node:') || builtinModules.includes(imported)
    return builtin && !isTest ? `${file}: contracts does no input or output, and ${imported} does` : undefined
  }
  if (house === 'packages/kit')
    return ours ? `${file}: kit imports ${imported}, and may know only mechanics` : undefined
  if (house === 'packages/client') return ours ? `${file}: client imports ${imported}, and is for everybody` : undefined
  if (house === 'services/web') {
    return ours && ours !== 'client'
      ? `${file}: imports ${imported}; the web app knows the API by client alone`
      : undefined
  }
  if (house === 'packages/copies')
    return ours && !['kit', 'contracts'].includes(ours) ? `${file}: copies imports ${imported}` : undefined
  return ours && !['kit', 'contracts', 'copies'].includes(ours)
    ? `${file}: imports ${imported}; services meet only in contracts`
    : undefined
}
