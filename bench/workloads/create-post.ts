import { measuring } from './measure-unit.ts'
import type { Workload } from './workload.ts'

const name = 'create-post'

export const createPost: Workload = {
  letter: 'g',
  name,
  about: 'posts with a photograph that is ready',
  run: measuring(name, [{ name: 'create', title: 'create a post' }]),
}
