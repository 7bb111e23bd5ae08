import { measuring } from './measure-unit.ts'
import type { Workload } from './workload.ts'

const name = 'post-by-id'

export const postById: Workload = {
  letter: 'a',
  name,
  about: 'a post by its id, not signed in and signed in',
  run: measuring(
    name,
    [
      { name: 'post', title: 'post by id' },
      { name: 'postSignedIn', title: 'post by id, signed in' },
    ],
    ['post'],
  ),
}
