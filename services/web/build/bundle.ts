import { join } from 'node:path'
import { build, type Plugin, type Rolldown } from 'vite'

type Chunk = Rolldown.OutputChunk

/** One script without imports, for where there are no modules. @param entry from `root` */
export async function bundleScript(root: string, entry: string, plugins: Plugin[]): Promise<string> {
  const built = await build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins,
    build: {
      write: false,
      copyPublicDir: false,
      modulePreload: false,
      target: ['chrome111', 'firefox114', 'safari16.4'],
      rolldownOptions: { input: join(root, entry), output: { format: 'iife', codeSplitting: false } },
    },
  })
  const [output] = (built as Rolldown.RolldownOutput).output
  return output.code
}

/** A module that is written while building: `import { … } from 'virtual:<name>'`. */
export function virtualModule(name: string, values: object): Plugin {
  const id = `virtual:${name}`
  return {
    name: `daguerre:${name}`,
    resolveId: (source) => (source === id ? `\0${id}` : null),
    load: (loaded) =>
      loaded === `\0${id}`
        ? Object.entries(values)
            .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)}`)
            .join('\n')
        : null,
  }
}

/** These chunks and all that are loaded with them. */
export function closure(chunks: readonly Chunk[], bundle: Rolldown.OutputBundle): Set<Chunk> {
  const found = new Set<Chunk>()
  const open = [...chunks]
  for (let chunk = open.pop(); chunk; chunk = open.pop()) {
    if (found.has(chunk)) continue
    found.add(chunk)
    open.push(...chunk.imports.map((name) => bundle[name]).filter((output) => output?.type === 'chunk'))
  }
  return found
}
