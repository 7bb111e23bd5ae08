import openapiTypescript, { astToString } from 'openapi-typescript'

interface Document {
  paths: Record<string, Record<string, { parameters?: { in: string; name: string }[] }>>
}

/** What the client knows of the API, made from its document: types, and which requests take an Idempotency-Key. */
export async function clientSchema(openApi: string): Promise<Record<string, string>> {
  const document = JSON.parse(openApi) as Document
  const types = astToString(await openapiTypescript(openApi, { alphabetize: true, rootTypes: false }))
  const idempotent = Object.entries(document.paths).filter(([, { post }]) =>
    post?.parameters?.some((parameter) => parameter.in === 'header' && /^idempotency-key$/i.test(parameter.name)),
  )
  const list = idempotent.map(([path]) => `  '${path}',\n`).join('')
  return {
    'packages/client/src/schema.ts': `// Made from services/gateway/openapi.json by npm run generate.\n
${types}
/** POST requests that take an Idempotency-Key, and may therefore be sent again. */
export const idempotentPosts: ReadonlySet<string> = new Set([\n${list}])\n`,
  }
}
