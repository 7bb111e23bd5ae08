/** How long and how hard. */
export interface Pace {
  /** Of each step of a load. */
  seconds: number
  /** Users that ask without a pause, step by step; the step with the most units a second counts. */
  users: number[]
  /** Done before anything is measured: what V8 has not compiled yet takes several times as long. */
  warmUp: { units: number; mostSeconds: number }
  /** How long it is watched while nobody asks anything. */
  idleSeconds: number
  /** People who are signed in. */
  viewers: number
}

export const usual: Pace = {
  seconds: 10,
  users: [4, 16],
  warmUp: { units: 4000, mostSeconds: 30 },
  idleSeconds: 4,
  viewers: 500,
}
/** For all workloads in five minutes. */
export const short: Pace = {
  seconds: 4,
  users: [16],
  warmUp: { units: 600, mostSeconds: 6 },
  idleSeconds: 2,
  viewers: 200,
}
