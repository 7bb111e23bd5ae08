/**
 * The same work `count` times at once, each taking what is next until nothing is. All have ended when it resolves or rejects: what
 * `Promise.all` leaves behind when one fails would still be writing when the job is begun anew, or when the process closes its stores.
 */
export async function sideBySide(count: number, work: () => Promise<void>): Promise<void> {
  const ended = await Promise.allSettled(Array.from({ length: count }, work))
  const failure = ended.find((each) => each.status === 'rejected')
  if (failure) throw failure.reason
}
