/** How long and how hard. */
export interface Pace {
  /** Of each step of a load. */
  seconds: number
  /** Users that ask without a pause, step by step; the step with the most units a second counts. */
  users: number[]
  warmUpSeconds: number
  /** People who are signed in. */
  viewers: number
}

export const usual: Pace = { seconds: 10, users: [4, 16, 32], warmUpSeconds: 10, viewers: 500 }
/** For all workloads in five minutes. */
export const short: Pace = { seconds: 4, users: [16], warmUpSeconds: 2, viewers: 200 }
