interface ImportMeta {
  /** Whether it is a build, and not the development server. */
  readonly env: { readonly PROD: boolean }
}

declare module '*.module.css' {
  const classes: Readonly<Record<string, string>>
  export default classes
}

declare module '*.css' {}

declare module '*.woff2' {
  const url: string
  export default url
}

declare module '*.wasm?url' {
  const url: string
  export default url
}

/** Made by build/worker.ts: all that the app needs where there is no line. */
declare module 'virtual:shell' {
  export const shellFiles: string[]
  export const shellVersion: string
}

/** Made by build/begin.ts: the files of a page, by the name of its route, and of a language, by its own. */
declare module 'virtual:page-files' {
  export const files: Record<string, string[]>
}

declare module 'virtual:messages/*' {
  import type { Messages } from '@lingui/core'
  export const messages: Messages
}
