import { defineConfig } from 'vitest/config'
import { notInClusters } from './tests/k8s/not-here.ts'

/**
 * A test of a whole system shares two cores with twenty processes, and whatever else the machine does. What fails once is tried
 * once more, and named at the end of `npm test`: it is a race of the test or of the product, to be found.
 */
const wholeSystem = { retry: 1, fileParallelism: false } as const

// Each project is a kind of test: what it needs around it, and how long a test may take.
export default defineConfig({
  test: {
    // A whole system is taken down in order, its stores last.
    teardownTimeout: 120_000,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'services/*/src/**/*.test.{ts,tsx}',
            'tools/**/*.test.ts',
            'tests/faults/*.test.ts',
            'tests/security/support/*.test.ts',
            'bench/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          name: 'charts',
          include: ['tests/charts/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['packages/*/test/**/*.test.ts', 'services/*/test/**/*.test.ts'],
          globalSetup: ['tests/setup/stores.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          exclude: ['tests/e2e/faults/scale.test.ts'],
          globalSetup: ['tests/setup/whole-system.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          ...wholeSystem,
        },
      },
      {
        test: {
          // Three of the sequences of `npm run test:faults`, on a system whose clocks and deliveries are not to be trusted.
          name: 'faults',
          include: ['tests/faults/seeds/*.test.ts'],
          // One that fails is shrunk.
          testTimeout: 1_800_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          // The web app in a browser, on a system of its own: those of e2e take theirs apart.
          name: 'web',
          include: ['tests/web/**/*.test.ts'],
          globalSetup: ['tests/setup/whole-system.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 20_000, interval: 100 } },
          maxWorkers: 2,
          retry: wholeSystem.retry,
        },
      },
      {
        test: {
          // What an attacker does, as far as it takes seconds. Not tried twice: what passes only sometimes does not hold.
          name: 'security',
          include: ['tests/security/*.test.ts'],
          globalSetup: ['tests/setup/whole-system.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          // And what takes minutes, or the machine for itself: `npm run test:security`.
          name: 'security-long',
          include: ['tests/security/long/*.test.ts'],
          globalSetup: ['tests/setup/whole-system.ts'],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          // The same of a release in a cluster, which `npm run test:k8s` has installed: what is stopped takes longer to come.
          name: 'e2e-cluster',
          include: ['tests/e2e/**/*.test.ts'],
          exclude: notInClusters.map(({ file }) => file),
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          // The events again on the other broker, with two instances of what publishes and of what listens.
          name: 'e2e-kafka',
          include: ['events', 'traces', 'scale'].map((name) => `tests/e2e/faults/${name}.test.ts`),
          globalSetup: ['tests/setup/whole-system-kafka.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          ...wholeSystem,
        },
      },
    ],
  },
})
