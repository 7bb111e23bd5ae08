import { PersonShort } from '@daguerre/contracts'
import { type Cache, createCache } from '@daguerre/kit/cache'
import type { Dapr } from '@daguerre/kit/dapr'
import type { Logger } from '@daguerre/kit/log'
import type { LoadPeople } from './neighbours.ts'

/** Short forms of people, kept near; `user` events drop what has changed. */
export function createPeople(deps: {
  dapr: Pick<Dapr, 'state'>
  loadPeople: LoadPeople
  log: Logger
}): Cache<PersonShort> {
  return createCache({
    name: 'people',
    dapr: deps.dapr,
    schema: PersonShort,
    log: deps.log,
    load: async (ids) => new Map((await deps.loadPeople({ ids })).map((person) => [person.id, person])),
  })
}
