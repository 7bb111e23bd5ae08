import { readFileSync, writeFileSync } from 'node:fs'

// Runs in each service before its own code (`node --import <this file>?folder=…`): sets its clock wrong and puts the
// delivery proxy between it and its sidecar. The folder holds what stage.ts wants of it.

const folder = new URL(import.meta.url).searchParams.get('folder') ?? ''
const app = process.env['APP_ID'] ?? ''

function read<Value>(name: string): Record<string, Value> {
  return JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')) as Record<string, Value>
}

const proxyPort = read<number>('proxies')[app]
if (proxyPort !== undefined) {
  writeFileSync(`${folder}/${app}.sidecar`, process.env['DAPR_HTTP_PORT'] ?? '')
  process.env['DAPR_HTTP_PORT'] = String(proxyPort)
}
Object.assign(process.env, read<Record<string, string>>('environment')[app])

let skewMs = 0
function setClock(): void {
  skewMs = read<number>('clocks')[app] ?? 0
}
setClock()
setInterval(setClock, 500).unref()

const RealDate = Date
const realNow = RealDate.now
RealDate.now = () => realNow() + skewMs
const WrongDate = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now()] : args, newTarget) as Date,
})
RealDate.prototype.constructor = WrongDate
globalThis.Date = WrongDate
