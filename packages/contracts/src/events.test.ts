import { describe, expect, test } from 'vitest'
import { type EventDefinition, events, makeEvent } from './events.ts'
import { internalRoutes } from './internal.ts'

const all: EventDefinition[] = Object.values(events)

describe('the catalogue', () => {
  test.each(all.map((event) => [event.type, event] as const))(
    '%s: its example holds, its name has topic and version',
    (type, event) => {
      expect(event.data.safeParse(event.example).success).toBe(true)
      expect(type).toMatch(new RegExp(`^daguerre\\.${event.topic}\\.[a-z-]+\\.v\\d+$`))
    },
  )

  test('no two events have one type, and a topic has one publisher', () => {
    expect(new Set(all.map((event) => event.type)).size).toBe(all.length)
    const publishers = Map.groupBy(all, (event) => event.topic)
    for (const [topic, ofTopic] of publishers) {
      expect(new Set(ofTopic.map((event) => event.publisher)).size, topic).toBe(1)
    }
  })

  test('what does not hold is never written to an outbox', () => {
    expect(() =>
      makeEvent(events.postDeleted, { subject: 'x', version: 1, data: { postId: 'no id' } as never }),
    ).toThrow(/postId/)
  })
})

describe('routes between services', () => {
  test('nobody is allowed to call themselves, and every caller is a service', () => {
    const apps = new Set([...internalRoutes.map((route) => route.app), 'feed', 'notification'])
    for (const route of internalRoutes) {
      expect(route.callers, route.path).not.toContain(route.app)
      for (const caller of route.callers) expect(apps).toContain(caller)
    }
  })
})
