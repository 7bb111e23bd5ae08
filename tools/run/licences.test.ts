import { expect, it } from 'vitest'
import { findLicenceFaults, installedPackages } from './licences.ts'

function faultsOf(license: unknown, name = 'found'): number {
  return findLicenceFaults([{ name, version: '1.0.0', license }]).length
}

it('finds what is installed', () => {
  const names = installedPackages().map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['sharp', '@hono/node-server', 'busboy', 'react-dom']))
})

it('takes permissive licences, alone, as a choice and together, as npm spelt them long ago too', () => {
  for (const licence of [
    'MIT',
    '(MIT OR GPL-3.0)',
    '(BSD-3-Clause AND Apache-2.0)',
    { type: 'MIT' },
    [{ type: 'ISC' }],
  ])
    expect([licence, faultsOf(licence)]).toEqual([licence, 0])
})

it('refuses all others, and what names none or leaves no choice', () => {
  for (const licence of [
    'GPL-3.0',
    'AGPL-3.0-only',
    '(MIT AND GPL-3.0)',
    'SEE LICENSE IN x',
    'UNLICENSED',
    undefined,
    '',
  ])
    expect([licence, faultsOf(licence)]).toEqual([licence, 1])
})

it('makes an exception for a package and its licence, not for the licence, nor for the package under another', () => {
  expect(faultsOf('LGPL-3.0', 'libheif-js')).toBe(0)
  expect(faultsOf('LGPL-3.0-or-later', '@img/sharp-libvips-linux-arm64')).toBe(0)
  expect(faultsOf('LGPL-3.0')).toBe(1)
  expect(faultsOf('GPL-3.0', 'libheif-js')).toBe(1)
})
