import { expect, test } from 'vitest'
import { internalRoutes } from './internal.ts'

// daprd takes what is allowed to be the beginning of what is: who may ask /internal/media could ask /internal/media/more.
test('no internal route lies below another one of its app, or who may call that could call this', () => {
  for (const { app, path } of internalRoutes) {
    const below = internalRoutes.filter((other) => other.app === app && other.path.startsWith(`${path}/`))
    expect(below, `${app} ${path}`).toEqual([])
  }
})
