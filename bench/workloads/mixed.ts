import { measuring } from './measure-unit.ts'
import type { Workload } from './workload.ts'

const name = 'mixed'

export const mixed: Workload = {
  letter: 'i',
  name,
  about: '60 % home feed, 30 % profile, 10 % post by id',
  run: measuring(name, [{ name: 'mixed', title: 'mixed reads', first: 'homeOfEach' }]),
}
