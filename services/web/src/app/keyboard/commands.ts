import type { AnyRouter } from '@tanstack/react-router'
import { currentViewer } from '../session.ts'
import { goToItem, pressInItem } from './items.ts'
import { type Command, createReader } from './keys.ts'

export const commandOf = createReader()

export function carryOut(command: Exclude<Command, 'help'>, { navigate }: Pick<AnyRouter, 'navigate'>): void {
  const viewer = currentViewer()
  switch (command) {
    case 'next':
    case 'previous':
      return goToItem(command === 'next' ? 1 : -1)
    case 'open':
    case 'like':
    case 'comment':
    case 'save':
      return pressInItem(command)
    case 'home':
      return void navigate({ to: '/' })
    case 'profile':
      if (viewer) void navigate({ to: '/@{$username}', params: { username: viewer.username } })
      return
    case 'new':
    case 'search':
    case 'explore':
    case 'notifications':
    case 'settings':
      void navigate({ to: `/${command}` })
  }
}
