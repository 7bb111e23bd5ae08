import { join } from 'node:path'
import { firstRoutes } from '../src/begin/first-page.ts'
import { build, type Plugin, type Rolldown } from 'vite'

const mark = '<!--begin-->'
const wanted = 'virtual:page-files'

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
        const script = await bundleBegin(root, bundle ? pageFiles(bundle) : {})
        return html.replace(mark, () => `<script>${script}</script>`)
      },
    },
  }
}

type PageFiles = Record<string, string[]>

function pageFiles(bundle: Rolldown.OutputBundle): PageFiles {
  const chunks = Object.values(bundle).filter((output) => output.type === 'chunk')
  const entries = chunks.filter((chunk) => chunk.isEntry)
  const shared = filesOf(entries, bundle)
  const pattern = new RegExp(`/src/routes/(${firstRoutes.join('|')})\\.tsx$|virtual:messages/([\\w-]+)$`)
  const pages = chunks.flatMap((chunk): [string, string[]][] => {
    const [, route, locale] = pattern.exec(chunk.facadeModuleId ?? '') ?? []
    const name = route ?? locale
    return name === undefined ? [] : [[name, [...filesOf([chunk], bundle).difference(shared)]]]
  })
  return Object.fromEntries(pages)
}

/** What is loaded with these chunks, as a page names it. */
function filesOf(chunks: Rolldown.OutputChunk[], bundle: Rolldown.OutputBundle): Set<string> {
  const files = new Set<string>()
  const open = [...chunks]
  for (let chunk = open.pop(); chunk; chunk = open.pop()) {
    if (files.has(`/${chunk.fileName}`)) continue
    files.add(`/${chunk.fileName}`)
    for (const style of chunk.viteMetadata?.importedCss ?? []) files.add(`/${style}`)
    open.push(...chunk.imports.map((name) => bundle[name]).filter((output) => output?.type === 'chunk'))
  }
  return files
}

async function bundleBegin(root: string, files: PageFiles): Promise<string> {
  const built = await build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins: [
      {
        name: 'daguerre:page-files',
        resolveId: (source) => (source === wanted ? `\0${wanted}` : null),
        load: (id) => (id === `\0${wanted}` ? `export const files = ${JSON.stringify(files)}` : null),
      },
    ],
    build: {
      write: false,
      copyPublicDir: false,
      modulePreload: false,
      target: ['chrome111', 'firefox114', 'safari16.4'],
      rolldownOptions: { input: join(root, 'src/begin/begin.ts'), output: { format: 'iife', codeSplitting: false } },
    },
  })
  const [output] = (built as Rolldown.RolldownOutput).output
  // It stands within a page.
  return output.code.trim().replaceAll('</', String.raw`<\/`)
}
