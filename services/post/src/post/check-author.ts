import { forbidden, notFound } from '@daguerre/kit/problem'
import { isVisible, type PostRow } from './post-row.ts'

/** @throws Problem 404 if the viewer cannot see the post, 403 if it is not theirs */
export function checkAuthor<Row extends Pick<PostRow, 'authorId' | 'state' | 'hiddenAt'>>(
  row: Row | null | undefined,
  viewerId: string,
): asserts row is Row {
  if (!row || !isVisible(row, viewerId)) throw notFound('post.not_found', 'There is no such post.')
  if (row.authorId !== viewerId) throw forbidden('post.not_yours', 'Only its author may change a post.')
}
