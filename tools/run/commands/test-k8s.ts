import type { Command } from '../command.ts'
import { Failure } from '../failure.ts'

export const command: Command = {
  usage: '',
  about:
    'Proves images and charts on a real Kubernetes: that of KUBECONFIG, one of kind, or the kube tool’s. Its last line is "N passed, N failed".',
  flags: {
    proof: {
      type: 'string',
      multiple: true,
      value: 'N',
      about: 'Only this one, from 1 to 9; may be said more than once.',
    },
    pubsub: { type: 'string', value: 'redis|kafka', about: 'The broker of events; redis where nothing is said.' },
    'no-build': { type: 'boolean', about: 'Take the images with --tag that are there already.' },
    tag: { type: 'string', value: 'TAG', about: 'Of those images.' },
    registry: {
      type: 'string',
      value: 'HOST[/PATH]',
      about: 'Where images are pushed to, for a cluster that pulls them.',
    },
    namespace: {
      type: 'string',
      value: 'NAME',
      about: 'Made anew and removed; daguerre-proofs where nothing is said.',
    },
    keep: { type: 'boolean', about: 'Leave everything as it is at the end, until Ctrl-C.' },
  },
  async run({ flags }) {
    function text(name: string): string | undefined {
      const value = flags[name]
      return typeof value === 'string' && value !== '' ? value : undefined
    }
    const broker = text('pubsub') ?? 'redis'
    if (broker !== 'redis' && broker !== 'kafka') throw new Failure(`--pubsub takes redis or kafka, not "${broker}".`)
    const only = ((flags['proof'] as string[] | undefined) ?? []).flatMap((value) => value.split(',').map(Number))
    const tag = text('tag')
    if (flags['no-build'] && !tag) throw new Failure('--no-build needs the tag of images that are there: --tag TAG.')
    // Late, because it needs what only tests depend on.
    const { prove } = await import('../../../tests/k8s/main.ts')
    const failed = await prove({
      ...{ broker, only, namespace: text('namespace') ?? 'daguerre-proofs', keep: flags['keep'] === true },
      registry: text('registry') ?? 'docker.io/library',
      ...(flags['no-build'] && tag ? { tag } : {}),
    })
    return failed === 0 ? 0 : 1
  },
}
