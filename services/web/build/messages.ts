import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import type { Plugin } from 'vite'

type Compiled = ReturnType<typeof compileMessage>

const prefix = 'virtual:messages/'
/** English, longer, accented and mirrored: what does not fit, is not translated or knows left and right shows itself. */
const pseudoLocale = 'ar-XB'

/**
 * Catalogues as the runtime wants them, so that no parser of messages is sent to browsers: `virtual:messages/<locale>` has
 * the files of `<folder>/<locale>` that are named in `first`, `virtual:messages/<locale>/more` the others,
 * and any other name is that of one file.
 */
export function messages(folder: string, first: readonly string[]): Plugin {
  return {
    name: 'daguerre:messages',
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : null),
    async load(id) {
      if (!id.startsWith(`\0${prefix}`)) return null
      const [locale = '', part] = id.slice(prefix.length + 1).split('/')
      const all = await filesOf(join(folder, locale === pseudoLocale ? 'en' : locale))
      const files = all.filter((file) => {
        const name = basename(file, '.ts')
        return part === undefined ? first.includes(name) : part === 'more' ? !first.includes(name) : name === part
      })
      for (const file of files) this.addWatchFile(file)
      const compiled = (await textsOf(files)).map(([key, text]): [string, Compiled] => {
        const tokens = compileMessage(text)
        return [key, locale === pseudoLocale ? pseudo(tokens) : tokens]
      })
      return `export const messages = ${JSON.stringify(Object.fromEntries(compiled))}`
    },
  }
}

async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return names
    .filter((name) => name.endsWith('.ts'))
    .toSorted()
    .map((name) => join(folder, name))
}

async function textsOf(files: string[]): Promise<[string, string][]> {
  // Asked for by another name each time, as an imported file stays as it was.
  const modules = await Promise.all(
    files.map((file) => import(`${pathToFileURL(file).href}?${Date.now()}`) as Promise<Record<string, Texts>>),
  )
  return modules.flatMap((module) => Object.values(module)).flatMap((texts) => Object.entries(texts))
}

type Texts = Record<string, string>

function pseudo(tokens: Compiled): Compiled {
  return tokens.map((token) => {
    if (typeof token === 'string') return accented(token)
    const [name, type, format] = token
    if (!type || typeof format !== 'object' || format === null) return token
    const options = Object.entries(format).map(([key, value]) => [key, Array.isArray(value) ? pseudo(value) : value])
    return [name, type, Object.fromEntries(options)]
  }) as Compiled
}

const accents = 'áéíóúñçÁÉÍÓÚÑÇ'
const letters = new Map(Array.from('aeiouncAEIOUNC', (letter, index) => [letter, accents.charAt(index)]))

/** Tags stay as they are. */
function accented(text: string): string {
  return text
    .split(/(<[^>]*>)/)
    .map((part) => (part.startsWith('<') ? part : part.replaceAll(/[aeiouncAEIOUNC]/g, (l) => letters.get(l) ?? l)))
    .join('')
}
