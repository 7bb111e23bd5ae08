import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { root } from '../run/home.ts'
import { servicesThere } from './bundle.ts'

interface Artifact {
  image: string
  custom: { buildCommand: string; dependencies: { paths: string[] } }
  sync?: { manual: { src: string }[] }
}

interface Pipeline {
  name: string
  build: { artifacts: Artifact[] }
  manifests: { helm: { releases: { setValueTemplates: Record<string, string> }[] } }
  patches?: { path: string; value: { resourceName: string } }[]
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

const config = parseAllDocuments(read('skaffold.yaml')).map(
  (document) => document.toJS() as Pipeline & { profiles: Pipeline[] },
)[1]
const services = servicesThere()

describe('skaffold.yaml', () => {
  it('builds the image of each service from its own sources, and syncs them', () => {
    const artifacts = config?.build.artifacts ?? []
    expect(artifacts.map(({ image }) => image).toSorted()).toEqual(services.map((service) => `daguerre-${service}`))
    for (const { image, custom, sync } of artifacts) {
      const service = image.replace('daguerre-', '')
      expect(custom.buildCommand).toContain(` images ${service} --skaffold --target dev`)
      expect(custom.dependencies.paths).toContain(`services/${service}`)
      expect(sync?.manual.map(({ src }) => src)).toContain(`services/${service}/src/**/*.ts`)
    }
  })

  it('builds the same in profile prod, without the sources', () => {
    const patches = config?.profiles.find(({ name }) => name === 'prod')?.patches ?? []
    const commands = (config?.build.artifacts ?? []).map((_, index) => {
      return patches.find(({ path }) => path === `/build/artifacts/${index}/custom/buildCommand`)?.value
    })
    const inOrder = (config?.build.artifacts ?? []).map(({ image }) => image.replace('daguerre-', ''))
    expect(commands).toEqual(inOrder.map((service) => `node tools/run/bootstrap.mjs images ${service} --skaffold`))
  })

  it('tells the chart where each image is', () => {
    const keys = Object.keys(config?.manifests.helm.releases[0]?.setValueTemplates ?? {}).toSorted()
    const parts = ['digest', 'repository', 'tag']
    expect(keys).toEqual(services.flatMap((service) => parts.map((part) => `${service}.image.${part}`)))
  })

  it('forwards an inspector of each service in profile debug', () => {
    const patches = config?.profiles.find(({ name }) => name === 'debug')?.patches ?? []
    const forwarded = patches.filter(({ path }) => path === '/portForward/-').map(({ value }) => value.resourceName)
    expect(forwarded.toSorted()).toEqual(services.map((service) => `daguerre-${service}`))
  })

  it.each(['dev', 'skaffold', 'debug', 'prod'])('has values of %s for each service', (name) => {
    const values = parse(read(`k8s/values-${name}.yaml`), { merge: true }) as Record<string, unknown>
    expect(Object.keys(values)).toEqual(expect.arrayContaining(services))
  })
})
