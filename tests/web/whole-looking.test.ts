import { beforeAll } from 'vitest'
import type { Page } from 'playwright-core'
import { type Crowded, makeCrowded } from './support/crowded.ts'
import { shown, test } from './support/visit.ts'
import { expectWhole } from './support/whole.ts'

let crowded: Crowded
beforeAll(async () => {
  crowded = await makeCrowded()
})

interface Place {
  at: (crowded: Crowded) => string
  settled: (page: Page, crowded: Crowded) => Promise<unknown>
  mayFail?: RegExp[]
}

const places: Record<string, Place> = {
  home: { at: () => '/', settled: post },
  everybody: { at: () => '/global', settled: post },
  explore: { at: () => '/explore', settled: tile },
  post: { at: ({ postId }) => `/p/${postId}`, settled: (page) => shown(page.getByText('How long did you wait')) },
  'editing a post': {
    at: ({ postId }) => `/p/${postId}/edit`,
    settled: (page) => shown(page.locator('textarea').first()),
  },
  'who likes a post': { at: ({ postId }) => `/p/${postId}/likes`, settled: person },
  profile: { at: ({ louise }) => `/@${louise.username}`, settled: tile },
  followers: { at: ({ louise }) => `/@${louise.username}/followers`, settled: person },
  following: { at: ({ louise }) => `/@${louise.username}/following`, settled: person },
  'nobody of a name': {
    at: () => '/@nobody.of.this.name',
    settled: (page) => shown(page.getByText('@nobody.of.this.name').first()),
    mayFail: [/404/],
  },
  search: { at: ({ nadar }) => `/search?q=${nadar.username}`, settled: person },
  tag: { at: ({ tag }) => `/tags/${tag}`, settled: tile },
  saved: { at: () => '/saved', settled: tile },
  notifications: { at: () => '/notifications', settled: person },
}

async function post(page: Page): Promise<void> {
  await shown(page.locator('article img').first())
}
async function tile(page: Page): Promise<void> {
  await shown(page.getByRole('main').locator('a img').first())
}
async function person(page: Page, { nadar }: Crowded): Promise<void> {
  await shown(page.getByRole('main').getByText(nadar.username).first())
}

test.for(Object.entries(places))('%s is whole', async ([, { at, settled, mayFail = [] }], { visit }) => {
  const { page } = await visit({ as: crowded.louise, at: at(crowded), mayFail })
  await expectWhole(page, () => settled(page, crowded))
})
