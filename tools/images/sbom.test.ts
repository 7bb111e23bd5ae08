import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { expect, it } from 'vitest'
import { sbomOf } from './sbom.ts'

// The schemas come with CycloneDX's own library.
const schemas = join(
  createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json'),
  '../res/schema',
)
function schema(name: string): object {
  return JSON.parse(readFileSync(join(schemas, `${name}.SNAPSHOT.schema.json`), 'utf8')) as object
}
const ajv = addFormats.default(new Ajv({ strict: false, formats: { 'iri-reference': true, 'idn-email': true } }))
for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
  ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`)
const isValid = ajv.compile(schema('bom-1.6'))

const image = { name: 'daguerre-post', version: '0.1.0' }
const sharp = { name: 'sharp', version: '0.35.5', licence: 'Apache-2.0' }
const scoped = { name: '@img/sharp-linux-x64', version: '0.35.5', licence: 'Apache-2.0 AND LGPL-3.0-or-later' }

it('is valid CycloneDX, also where a package names no licence', () => {
  expect(isValid(JSON.parse(sbomOf(image, [sharp, scoped, { name: 'bare', version: '1.0.0', licence: '' }])))).toBe(
    true,
  )
  expect(isValid({ ...JSON.parse(sbomOf(image, [sharp])), specVersion: 1 })).toBe(false)
})

it('is the same for the same materials in whatever order, each named once', () => {
  const text = sbomOf(image, [sharp, scoped])
  expect(sbomOf(image, [scoped, sharp, sharp])).toBe(text)
  expect((JSON.parse(text) as { components: { purl: string }[] }).components.map(({ purl }) => purl)).toEqual([
    'pkg:npm/%40img/sharp-linux-x64@0.35.5',
    'pkg:npm/sharp@0.35.5',
  ])
})
