import { measuring } from './measure-unit.ts'
import type { Workload } from './workload.ts'

const name = 'global-feed'

export const globalFeed: Workload = {
  letter: 'c',
  name,
  about: 'a page of 20 of the global feed, signed in',
  run: measuring(name, [{ name: 'global', title: 'global feed, signed in' }]),
}
