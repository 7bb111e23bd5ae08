import { measuring } from './measure-unit.ts'
import type { Workload } from './workload.ts'

const name = 'profile'

export const profile: Workload = {
  letter: 'd',
  name,
  about: 'a profile: the person and their newest posts, signed in',
  run: measuring(name, [{ name: 'profile', title: 'profile (two requests)' }]),
}
