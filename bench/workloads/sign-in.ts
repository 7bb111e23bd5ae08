import { measuring } from './measure-unit.ts'
import type { Workload } from './workload.ts'

const name = 'sign-in'

export const signIn: Workload = {
  letter: 'h',
  name,
  about: 'logins, and refreshes of tokens',
  run: measuring(name, [
    { name: 'login', title: 'login' },
    { name: 'refresh', title: 'refresh' },
  ]),
}
