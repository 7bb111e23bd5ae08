/** What the materials list says of a package. */
export interface Material {
  name: string
  version: string
  /** An SPDX expression, or what stands in its place. */
  licence: string
}

/** What an image is made of besides its base, as CycloneDX 1.6 in JSON. It has no time and no random number: equal images have equal lists. */
export function sbomOf(image: { name: string; version: string }, materials: Material[]): string {
  const sorted = [...new Map(materials.map((one) => [purlOf(one), one])).entries()].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )
  const main = {
    type: 'application',
    'bom-ref': image.name,
    name: image.name,
    version: image.version,
    ...licences('Apache-2.0'),
  }
  return `${JSON.stringify(
    {
      $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      version: 1,
      metadata: { component: main },
      components: sorted.map(([purl, { name, version, licence }]) => ({
        type: 'library',
        'bom-ref': purl,
        name,
        version,
        purl,
        ...licences(licence),
      })),
      dependencies: [{ ref: image.name, dependsOn: sorted.map(([purl]) => purl) }],
    },
    null,
    1,
  )}\n`
}

/** https://github.com/package-url/purl-spec: the scope is a namespace, of which only the @ is encoded. */
function purlOf({ name, version }: Material): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}

function licences(licence: string) {
  return licence === '' ? {} : { licenses: [{ expression: licence }] }
}
