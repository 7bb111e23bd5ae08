import { PersonShort } from '@daguerre/contracts'
import { type Cache, createCache } from '@daguerre/kit/cache'
import type { Dapr } from '@daguerre/kit/dapr'
import type { Logger } from '@daguerre/kit/log'
import type { Neighbours } from './neighbours.ts'

/** Short forms of people by id, told to forget by `user.profile-updated`. */
export function createPeople(options: {
  dapr: Pick<Dapr, 'state'>
  neighbours: Pick<Neighbours, 'findPeople'>
  log: Logger
}): Cache<PersonShort> {
  const { dapr, neighbours, log } = options
  return createCache({
    name: 'people',
    dapr,
    log,
    schema: PersonShort,
    async load(ids) {
      const people = await neighbours.findPeople({ ids })
      return new Map(people.map((person) => [person.id, person]))
    },
  })
}
