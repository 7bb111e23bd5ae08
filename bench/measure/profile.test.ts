import { expect, test } from 'vitest'
import { type CpuProfile, summarise } from './profile.ts'

function frame(functionName: string, url: string) {
  return { functionName, url, lineNumber: 1 }
}

test('time is shared out among packages and our own folders, waiting left out', () => {
  const store = 'file:///home/me/daguerre/node_modules/.pnpm'
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: frame('(idle)', '') },
      { id: 2, callFrame: frame('parse', `${store}/zod@4.6.7/node_modules/zod/v4/core/parse.js`) },
      { id: 3, callFrame: frame('present', 'file:///home/me/daguerre/services/feed/src/feed/read-feed.ts') },
      { id: 4, callFrame: frame('send', `${store}/@scope+x@1/node_modules/@scope/x/index.js`) },
      { id: 5, callFrame: frame('onread', 'node:internal/stream_base_commons') },
      { id: 6, callFrame: frame('(garbage collector)', '') },
    ],
    samples: [1, 2, 3, 2, 4, 5, 6],
    timeDeltas: [900, 30, 20, 10, 20, 15, 5],
  }
  expect(summarise(profile)).toEqual([
    { name: 'zod', share: 0.4 },
    { name: 'services/feed', share: 0.2 },
    { name: '@scope/x', share: 0.2 },
    { name: 'node:internal/stream_base_commons', share: 0.15 },
    { name: '(garbage collector)', share: 0.05 },
  ])
})
