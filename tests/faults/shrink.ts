/**
 * The length of the shortest failing prefix that bisection finds: each length is tried once, on the assumption that what
 * fails goes on failing when more is added.
 * @param length of a sequence that has failed
 * @param fails runs a prefix of that length
 */
export async function shortestFailing(length: number, fails: (length: number) => Promise<boolean>): Promise<number> {
  let passing = 0
  let failing = length
  while (failing - passing > 1) {
    const middle = Math.floor((passing + failing) / 2)
    if (await fails(middle)) failing = middle
    else passing = middle
  }
  return failing
}
