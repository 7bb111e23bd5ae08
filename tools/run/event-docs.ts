import { events, type EventDefinition } from '@daguerre/contracts'
import { z } from 'zod'

const intro = `# Events

Made from \`packages/contracts/src/events.ts\` by \`npm run generate\`.

Every event is a complete CloudEvent 1.0 (structured mode): \`id\` is the id of its outbox row, \`source\` \`/services/<publisher>\`, \`subject\` and the
extension \`version\` as below, \`traceparent\` that of the request that caused it. It is written in the transaction that it tells of, and published
at least once, in no certain order: a consumer keeps the newest \`version\` of a \`subject\`. What a consumer cannot handle is in its dead letters
(\`npm run dead-letters\`). The extension \`sequence\` (CloudEvents' own, a number of 16 digits) is its place in the outbox: who got a later one and not
this one fetches it from the publisher. Numbers of transactions that were rolled back have no event.
`

/** docs/events.md: the catalogue for people. */
export async function eventDocs(): Promise<Record<string, string>> {
  const sections = Object.values(events as Record<string, EventDefinition>).map(
    (event) => `## ${event.type}

${event.description}

| | |
|---|---|
| topic | \`${event.topic}\` |
| published by | ${event.publisher} |
| subject | ${event.subject} |
| version | ${event.version} |

\`\`\`json
${JSON.stringify(event.example, null, 2)}
\`\`\`

<details><summary>JSON schema of the data</summary>

\`\`\`json
${JSON.stringify(z.toJSONSchema(event.data, { io: 'output' }), null, 2)}
\`\`\`

</details>
`,
  )
  return { 'docs/events.md': [intro, ...sections].join('\n') }
}
