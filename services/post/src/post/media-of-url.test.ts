import { expect, test } from 'vitest'
import { mediaOfUrl } from './media-of-url.ts'

const id = '0199a0c4-7e00-7000-8000-0000000000b1'
const server = 'https://photos.example.org'

test.each([
  `/media/${id}/thumbnail.webp`,
  `/media/${id}/large.webp?x=1`,
  `${server}/media/${id}/small.webp`,
  `/api/v1/media/${id}`,
  `${server}/api/v1/media/${id.toUpperCase()}`,
])('%s is a media of this server', (url) => {
  expect(mediaOfUrl(url, server)).toBe(id)
})

test.each([
  `https://elsewhere.example.org/media/${id}/small.webp`,
  `//elsewhere.example.org/media/${id}/small.webp`,
  `http://photos.example.org/media/${id}/small.webp`,
  `${server}:8443/media/${id}/small.webp`,
  `javascript:/media/${id}/small.webp`,
  `/media/${id}`,
  `/media/../${id}/small.webp`,
  '/media/nonsense/small.webp',
  'https://',
  '',
])('%s is not', (url) => {
  expect(mediaOfUrl(url, server)).toBeUndefined()
})
