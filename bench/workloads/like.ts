import { measuring } from './measure-unit.ts'
import type { Workload } from './workload.ts'

const name = 'like'

export const like: Workload = {
  letter: 'e',
  name,
  about: 'likes and unlikes in turn',
  run: measuring(name, [{ name: 'like', title: 'like or unlike' }], ['like']),
}
