import type { ReactElement } from 'react'
import styles from './icon.module.css'

/** On a grid of 24, drawn with a line of 1.5. */
const shapes = {
  home: 'M3.5 10.5 12 3.5l8.500 7V20a.5.5 0 0 1-.5.5h-5.500v-6h-5v6H4a.5.5 0 0 1-.5-.5z',
  search: 'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM15.500 15.500l5 5',
  explore: 'M3.5 4.500h9v7h-9zM15.500 4.500h5v7h-5zM3.500 14.500h5v5h-5zM11.500 14.500h9v5h-9z',
  plus: 'M12 4.500v15M4.500 12h15',
  heart:
    'M12 20.300 4.900 13a4.800 4.800 0 0 1 0-6.800 4.700 4.700 0 0 1 6.700 0l.4.5.4-.5a4.700 4.700 0 0 1 6.700 0 4.800 4.800 0 0 1 0 6.800z',
  comment: 'M4 5.500h16v11h-8.500L7 20.500v-4H4z',
  share: 'M12 15V3.500M7.500 8 12 3.500 16.500 8M5.500 12v8.500h13V12',
  bookmark: 'M6.500 3.500h11v17L12 16l-5.500 4.500z',
  bell: 'M6.500 10.500a5.500 5.500 0 0 1 11 0c0 5 2 6.500 2 6.500h-15s2-1.500 2-6.500ZM10 20h4',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.500 20.500c.8-3.700 3.700-5.500 7.500-5.500s6.700 1.800 7.500 5.500',
  more: 'M5.500 12h.01M12 12h.01M18.500 12h.01',
  close: 'm5.500 5.500 13 13M18.500 5.500l-13 13',
  back: 'm14.500 5-7 7 7 7',
  forward: 'm9.500 5 7 7-7 7',
  up: 'M12 19.500v-15M5.500 11 12 4.500 18.500 11',
  sliders: 'M4 7.500h9M17 7.500h3M4 16.500h3M11 16.500h9M15 5.500v4M9 14.500v4',
  trash: 'M4.500 6.500h15M9.500 6.500v-3h5v3M6.500 6.500l.8 14h9.400l.8-14M10 10.500v6M14 10.500v6',
  pencil: 'm4 20 1-4.500L16.500 4 20 7.500 8.500 19zM14 6.500l3.500 3.500',
  link: 'M10 14a4 4 0 0 0 5.700 0l3.100-3.100a4 4 0 0 0-5.700-5.700L12 6.300M14 10a4 4 0 0 0-5.700 0l-3.100 3.100a4 4 0 0 0 5.700 5.700l1.100-1.100',
  camera: 'M4 7.500h3.500l2-3h5l2 3H20v12H4zM12 16.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7Z',
  key: 'M14.500 13.500a5 5 0 1 0-4.200-2.300L3.500 18v2.500H7V18h2.500v-2.500h2l1.200-2.300M16.500 7.500h.01',
  devices: 'M3.500 5.500h12v9h-12zM6.500 18.500h6M17.500 9.500h4v11h-4z',
  keyboard:
    'M2.500 6.500h19v11h-19zM6 10h.01M9 10h.01M12 10h.01M15 10h.01M18 10h.01M6 13.500h.01M18 13.500h.01M9 13.500h6',
  globe:
    'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17ZM3.500 12h17M12 3.500c5 4.500 5 12.500 0 17M12 3.500c-5 4.500-5 12.500 0 17',
  contrast:
    'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17ZM12 3.500v17M12 8.500h7.500M12 12h8.500M12 15.500h7.500',
  leave: 'M13.500 4.500h-9v15h9M9.500 12h11M16.500 8l4 4-4 4',
  eye: 'M2.500 12s3.500-6 9.500-6 9.500 6 9.500 6-3.500 6-9.500 6-9.500-6-9.500-6ZM12 14.700a2.700 2.700 0 1 0 0-5.400 2.700 2.700 0 0 0 0 5.400Z',
  eyeOff:
    'M2.500 12s3.500-6 9.500-6 9.500 6 9.500 6-3.500 6-9.500 6-9.500-6-9.500-6ZM12 14.700a2.700 2.700 0 1 0 0-5.400 2.700 2.700 0 0 0 0 5.400ZM4.500 4l15 16',
  turn: 'M19.500 12a7.500 7.500 0 1 1-2.200-5.300M17.500 3v4h-4',
  mirror: 'M12 3.500v17M8.500 7.500v9h-5zM15.500 7.500v9h5z',
  pause: 'M8.500 5.500v13M15.500 5.500v13',
  play: 'M8 5.500 18.500 12 8 18.500z',
  frames: 'M3.500 7.500h13v13h-13zM7.500 7.500v-4h13v13h-4',
} as const

export type IconName = keyof typeof shapes

const mirrored: ReadonlySet<IconName> = new Set(['back', 'forward', 'leave'])

export function Icon({ name, filled = false }: { name: IconName; filled?: boolean }): ReactElement {
  const classes = [
    styles.icon,
    filled && styles.filled,
    mirrored.has(name) && styles.mirrored,
    name === 'more' && styles.dots,
  ]
  return (
    <svg className={classes.filter(Boolean).join(' ')} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={shapes[name]} />
    </svg>
  )
}
