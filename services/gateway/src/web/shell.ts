import { createHash } from 'node:crypto'
import { webFile, type WebFile } from './file.ts'
import { type Html, html, htmlOf } from './html.ts'

export interface Page {
  title: string
  head?: Html
  body?: Html
}

/** The app's index.html: the same for all pages but for what is put into its head and its root. */
export interface Shell {
  /** As it is, for pages that only the app itself draws. */
  plain: WebFile
  /** What allows the scripts that stand in it, as sources of a Content-Security-Policy (CSP3 §2.3.1). */
  scriptHashes: string[]
  /** With a title and a head of its own, and what can be read until, or without that, the app draws it. */
  with(page: Page): Buffer
}

const headMark = '<!--app-head-->'
const emptyRoot = /(<div id="root"[^>]*>)\s*(?=<\/div>)/

export function createShell(index: string): Shell {
  const mark = index.includes(headMark) ? headMark : '</head>'
  // A page has one title and one description, and its own wins.
  const titleless = index.replace(/<title>[^<]*<\/title>\s*/, '').replace(/<meta name="description"[^>]*>\s*/, '')
  return {
    plain: webFile(Buffer.from(index.replace(headMark, '')), 'text/html; charset=utf-8', 'no-cache'),
    scriptHashes: [...index.matchAll(/<script>(.*?)<\/script>/gs)].map(
      ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
    ),
    with({ title, head = htmlOf(''), body = htmlOf('') }) {
      const tags = html`<title>${title}</title>${head}`
      const headed = titleless.replace(mark, () => `${tags.text}${mark === headMark ? '' : mark}`)
      return Buffer.from(headed.replace(emptyRoot, (_, root: string) => `${root}${body.text}`))
    },
  }
}
