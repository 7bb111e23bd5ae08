import { firstRoutes } from '../src/begin/first-page.ts'
import type { Plugin, Rolldown } from 'vite'
import { bundleScript, closure, virtualModule } from './bundle.ts'

const mark = '<!--begin-->'

/**
 * Puts src/begin/begin.ts into the head of index.html. It knows from `virtual:page-files` which files a page that begins
 * early, and a language, needs besides those that all need. The gateway allows it by its hash.
 */
export function begin({ root }: { root: string }): Plugin {
  return {
    name: 'daguerre:begin',
    transformIndexHtml: {
      order: 'post',
      async handler(html, { bundle }) {
        const files = virtualModule('page-files', { files: bundle ? pageFiles(bundle) : {} })
        const script = await bundleScript(root, 'src/begin/begin.ts', [files])
        // It stands within a page.
        return html.replace(mark, () => `<script>${script.trim().replaceAll('</', String.raw`<\/`)}</script>`)
      },
    },
  }
}

type PageFiles = Record<string, string[]>

function pageFiles(bundle: Rolldown.OutputBundle): PageFiles {
  const chunks = Object.values(bundle).filter((output) => output.type === 'chunk')
  const entries = chunks.filter((chunk) => chunk.isEntry)
  const shared = closure(entries, bundle)
  const pattern = new RegExp(`/src/routes/(${firstRoutes.join('|')})\\.tsx$|virtual:messages/([\\w-]+)$`)
  const pages = chunks.flatMap((chunk): [string, string[]][] => {
    const [, route, locale] = pattern.exec(chunk.facadeModuleId ?? '') ?? []
    const name = route ?? locale
    return name === undefined ? [] : [[name, filesOf(closure([chunk], bundle).difference(shared))]]
  })
  return Object.fromEntries(pages)
}

function filesOf(chunks: Iterable<Rolldown.OutputChunk>): string[] {
  return [...chunks].flatMap(({ fileName, viteMetadata }) =>
    [fileName, ...(viteMetadata?.importedCss ?? [])].map((file) => `/${file}`),
  )
}
