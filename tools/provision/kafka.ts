import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, cacheRoot, contentKey, needSpace } from './cache.ts'
import { must } from './commands.ts'
import { hasDocker } from './docker.ts'
import { fetchJars, findJava, needJava } from './java.ts'
import { fromDocker, fromEnvironment } from './plans.ts'
import { exchange, untilReady } from './readiness.ts'
import { loopback, ProvisionError, type ProvisionContext, type StorePlan } from './types.ts'

const PROJECT = join(import.meta.dirname, '..', 'kafka')

/** Search: DAGUERRE_KAFKA_BROKERS ("host:port,host:port"), Docker, Kafka's jars from Maven on a JDK. */
export async function planKafka(ctx: ProvisionContext): Promise<StorePlan> {
  const named = ctx.env['DAGUERRE_KAFKA_BROKERS']
  if (named) return fromEnvironment({ name: 'kafka', url: named, ready: answers(ctx, named) })
  const port = await ctx.port('kafka')
  const host = ctx.host ?? loopback
  const url = `${host}:${port}`
  const rest = { name: 'kafka', url, ready: answers(ctx, url) } as const
  if (await hasDocker(ctx)) return fromDocker(ctx, rest, 'kafka', { DAGUERRE_KAFKA_PORT: String(port) })
  const controllerPort = await ctx.port('kafka-controller')
  const jars = await installKafka(ctx)
  const java = findJava(ctx, 'java') ?? (await needJava(ctx, 'java', 'Kafka'))
  const folder = join(ctx.home, 'kafka')
  const properties = join(folder, 'server.properties')
  const common = ['-XX:+UseSerialGC', '-Dlog4j2.level=WARN', '-cp', join(jars, '*')]
  return {
    ...rest,
    source: 'Apache Kafka 4.4.0',
    process: {
      name: 'kafka',
      command: java,
      args: ['-Xms64m', '-Xmx256m', '-XX:TieredStopAtLevel=1', ...common, 'kafka.Kafka', properties],
    },
    prepare: async () => {
      await mkdir(folder, { recursive: true })
      await writeFile(properties, configuration(folder, `${host}:${port}`, controllerPort))
      if (existsSync(join(folder, 'formatted'))) return
      ctx.report('formatting the data directory of Kafka (once; 5 s)')
      await needSpace(folder, 500 * 2 ** 20, 'Kafka')
      await rm(join(folder, 'data'), { recursive: true, force: true })
      // Hexadecimal digits: one that began with a dash would be taken for a flag.
      const id = `K${randomBytes(11).toString('hex').slice(0, 21)}`
      await must('Formatting the data directory of Kafka', java, [
        ...common,
        'kafka.tools.StorageTool',
        'format',
        '-t',
        id,
        '-c',
        properties,
      ])
      await writeFile(join(folder, 'formatted.new'), id)
      await rename(join(folder, 'formatted.new'), join(folder, 'formatted'))
    },
  }
}

/** One node that is broker and controller; one partition's replica is all there can be. */
function configuration(folder: string, address: string, controllerPort: number): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=BROKER://${address},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=BROKER://${address}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
log.dirs=${join(folder, 'data')}
auto.create.topics.enable=true
num.partitions=4
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
num.network.threads=2
num.io.threads=4
log.segment.bytes=67108864
log.retention.hours=168
log.cleaner.dedupe.buffer.size=8388608
`
}

/** The folder with Kafka's jars. */
export async function installKafka(ctx: ProvisionContext): Promise<string> {
  const key = contentKey(await readFile(join(PROJECT, 'pom.xml')))
  const folder = await cached(cacheRoot(ctx.env), `kafka-4.4.0-${key}`, async (folder) => {
    await needJava(ctx, 'java', 'Kafka')
    await needSpace(folder, 300 * 2 ** 20, 'Kafka')
    ctx.report('fetching Apache Kafka 4.4.0 with Maven (once; 45 MB)')
    await fetchJars(ctx, PROJECT, join(folder, 'lib'), 'Apache Kafka')
  })
  return join(folder, 'lib')
}

function answers(ctx: ProvisionContext, brokers: string): (timeoutMs: number) => Promise<void> {
  const [host = '', port = '9092'] = (brokers.split(',')[0] ?? '').split(':')
  return (timeoutMs) => untilReady(ctx, 'kafka', timeoutMs, () => askForTopics(host, Number(port)))
}

/** A Metadata request, version 1, of all topics; the broker that is listed in the answer serves clients. */
async function askForTopics(host: string, port: number): Promise<void> {
  const client = Buffer.from('\0\x08daguerre', 'latin1')
  const body = Buffer.concat([Buffer.from([0, 3, 0, 1, 0, 0, 0, 7]), client, Buffer.from([255, 255, 255, 255])])
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  function isWhole(bytes: Buffer): boolean {
    return bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)
  }
  const answer = await exchange(host, port, Buffer.concat([size, body]), isWhole)
  if (answer.length < 12 || answer.readInt32BE(8) === 0) throw new ProvisionError('it knows no broker yet')
}
