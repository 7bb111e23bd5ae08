import { type ComponentType, lazy, type LazyExoticComponent } from 'react'
import { allMessages } from './index.tsx'

/** A part of a page that comes when it is wanted, and all that is said in it. */
export function lazyPart<Props>(load: () => Promise<ComponentType<Props>>): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => {
    const [part] = await Promise.all([load(), allMessages()])
    return { default: part }
  })
}
