import { measuring } from './measure-unit.ts'
import type { Workload } from './workload.ts'

const name = 'home-feed'

export const homeFeed: Workload = {
  letter: 'b',
  name,
  about: 'a page of 20 of the home feed',
  run: measuring(name, [{ name: 'home', title: 'home feed', first: 'homeOfEach' }], ['home']),
}
