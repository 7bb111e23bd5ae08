import { noRelation, Person as Profile, SearchResults } from '@daguerre/contracts'
import { beforeAll, describe, expect, test } from 'vitest'
import { api, read } from '../support/api.ts'
import { follow, type Person, signUp, unique } from '../support/people.ts'
import { idsOf, publish } from '../support/posts.ts'
import { settled } from '../support/soon.ts'

describe('search', () => {
  const word = `z${unique().slice(0, 8)}`
  let eleonore: Person
  let viewer: Person

  beforeAll(async () => {
    eleonore = await signUp(`el${word}`)
    viewer = await signUp('viewer')
    await read(Profile, api(eleonore).patch('/api/v1/users/me', { displayName: `Éléonore Çelik${word}` }))
    await follow(viewer, eleonore)
  })

  async function search(q: string, caller?: Person): Promise<SearchResults> {
    return await read(SearchResults, api(caller).get(`/api/v1/search?q=${encodeURIComponent(q)}`))
  }

  test.for([
    ['the beginning of a username', () => `el${word}`],
    ['a username with an @', () => `@${eleonore.username}`],
    ['a display name without its accents', () => `celik${word}`],
    ['a display name with other capitals', () => `ÇELİK${word}`.replace('İ', 'I').toUpperCase()],
    ['accents that the name does not have', () => `çélìk${word}`],
    ['a letter too few', () => `clik${word}`],
    ['two letters the other way round', () => `cleik${word}`],
  ] as const)('people are found by %s', async ([, term]) => {
    const { people } = await search(term())
    expect(idsOf(people)).toContain(eleonore.id)
  })

  test('people come with the relation to the viewer', async () => {
    const { people } = await search(eleonore.username, viewer)
    expect(people[0]).toMatchObject({
      id: eleonore.id,
      viewer: { ...noRelation, following: true },
    })
    const { people: anonymous } = await search(eleonore.username)
    expect(anonymous[0]).toMatchObject({ id: eleonore.id, viewer: null })
  })

  test('hashtags are found by their beginning, with the number of their posts, the most used first', async () => {
    await publish(eleonore, `#${word}light and #${word}lightning`)
    const second = await publish(eleonore, `#${word.toUpperCase()}Light again`)
    await settled(async () => {
      const { tags } = await search(`#${word}li`)
      expect(tags).toEqual([
        { tag: `${word}light`, posts: 2 },
        { tag: `${word}lightning`, posts: 1 },
      ])
    })
    expect((await search(`${word}lightn`)).tags).toEqual([{ tag: `${word}lightning`, posts: 1 }])

    await api(eleonore).delete(`/api/v1/posts/${second.id}`)
    await settled(async () => {
      const { tags } = await search(`#${word}li`)
      expect(tags).toContainEqual({ tag: `${word}light`, posts: 1 })
    })
  })

  test('@ asks for people alone, # for hashtags alone', async () => {
    expect((await search(`#el${word}`)).people).toEqual([])
    expect((await search(`@${word}light`)).tags).toEqual([])
  })
})
