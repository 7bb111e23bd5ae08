import { measuring } from './measure-unit.ts'
import type { Workload } from './workload.ts'

const name = 'comment'

export const comment: Workload = {
  letter: 'f',
  name,
  about: 'comments',
  run: measuring(name, [{ name: 'comment', title: 'comment' }]),
}
