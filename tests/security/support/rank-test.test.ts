import { expect, test } from 'vitest'
import { rankTest } from './rank-test.ts'

const first = Array.from({ length: 30 }, (_, index) => index)

test('samples of one kind are told apart no more than chance does', () => {
  const shifted = first.map((value) => value + 0.5)
  expect(rankTest(first, shifted).p).toBeGreaterThan(0.8)
  expect(rankTest(first, first)).toMatchObject({ u: 450, larger: 0.5, p: expect.closeTo(1) as number })
})

test('samples apart from each other are found, and which is the larger', () => {
  expect(
    rankTest(
      first.map((value) => value + 15),
      first,
    ),
  ).toMatchObject({ larger: expect.closeTo(0.875, 2) })
  expect(
    rankTest(
      first.map((value) => value + 15),
      first,
    ).p,
  ).toBeLessThan(1e-5)
  expect(
    rankTest(
      first,
      first.map((value) => value + 30),
    ).larger,
  ).toBe(0)
})

// R: wilcox.test(c(1.1, 2.2, 3.3, 4.4), c(2.5, 3.5, 4.5, 5.5, 6.5), exact = FALSE)
test('agrees with what others reckon', () => {
  const { u, p } = rankTest([1.1, 2.2, 3.3, 4.4], [2.5, 3.5, 4.5, 5.5, 6.5])
  expect(u).toBe(3)
  expect(p).toBeCloseTo(0.1113, 3)
})
