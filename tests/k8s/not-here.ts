/** Tests of tests/e2e that a cluster has no place for, each with the reason why. */
export const notInClusters: { file: string; reason: string }[] = [
  {
    file: 'tests/e2e/runner.test.ts',
    reason: 'is about the local runner: its records, its lock, what a killed one leaves',
  },
  {
    file: 'tests/e2e/api/import.test.ts',
    reason: 'has photos fetched from a server of this machine, which pods neither may nor can reach',
  },
  {
    file: 'tests/e2e/faults/scale.test.ts',
    reason: 'names single instances (post-2), which pods are not; proofs 4, 5 and 9 do the same to pods',
  },
  {
    file: 'tests/e2e/api/mail.test.ts',
    reason: 'reads the mail back through the catcher of the local run; the releases of the proofs send none',
  },
  {
    file: 'tests/e2e/faults/publish-hook.test.ts',
    reason: 'runs post with other settings, and is asked by it on this machine, which pods do not reach',
  },
  {
    file: 'tests/e2e/faults/leaving.test.ts',
    reason: 'looks into all stores and logs themselves, also those that are not those of the release',
  },
  {
    file: 'tests/e2e/faults/broker-loss.test.ts',
    reason: "empties the broker's data, which is not the release's to touch",
  },
]
