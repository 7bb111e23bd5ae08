import { expect, test } from 'vitest'
import { fitWidth, planVariants } from './dimensions.ts'

function plan(width: number, height: number): string[] {
  return planVariants({ width, height }).map((variant) => `${variant.name} ${variant.width}×${variant.height}`)
}

test.each([
  [4000, 3000, ['thumbnail 320×320', 'small 640×480', 'medium 1080×810', 'large 2048×1536']],
  [3000, 4000, ['thumbnail 320×320', 'small 640×853', 'medium 1080×1440', 'large 2048×2731']],
  [1500, 100, ['thumbnail 100×100', 'small 640×43', 'medium 1080×72', 'large 1500×100']],
  [1080, 1080, ['thumbnail 320×320', 'small 640×640', 'medium 1080×1080']],
  [640, 640, ['thumbnail 320×320', 'small 640×640']],
  [1, 1, ['thumbnail 1×1', 'small 1×1']],
  [1, 30_000, ['thumbnail 1×1', 'small 1×16383']],
  [30_000, 1, ['thumbnail 1×1', 'small 640×1', 'medium 1080×1', 'large 2048×1']],
  [2000, 50_000, ['thumbnail 320×320', 'small 640×16000', 'medium 655×16383']],
])('%i × %i', (width, height, variants) => {
  expect(plan(width, height)).toEqual(variants)
})

test('no size is ever larger than the original, empty, or more than WebP holds', () => {
  for (const width of [1, 2, 319, 321, 641, 2049, 99_999]) {
    for (const height of [1, 3, 500, 16_384, 65_535]) {
      for (const maxWidth of [320, 640, 1080, 2048]) {
        const size = fitWidth({ width, height }, maxWidth)
        expect(size.width >= 1 && size.width <= Math.min(width, maxWidth)).toBe(true)
        expect(size.height >= 1 && size.height <= Math.min(height, 16_383)).toBe(true)
      }
    }
  }
})
