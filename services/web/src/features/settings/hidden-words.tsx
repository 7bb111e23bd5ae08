import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { Failure, FormFailure } from '../../app/failure.tsx'
import { queryClient } from '../../app/query-client.ts'
import { useForm } from '../../app/use-form.ts'
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Loading } from '../../ui/loading.tsx'
import { toast } from '../../ui/toast.tsx'
import { hiddenWords } from '../privacy/queries.ts'
import { codePoints } from './profile-checks.ts'
import styles from './section.module.css'

/** The rules of the server, in lines and code points. */
const limits = { words: 300, length: 60 } as const

/** What nobody is to read below the viewer's posts. */
export function HiddenWordsSettings(): ReactElement {
  const { data, error, refetch } = useQuery(hiddenWords)
  if (data) return <WordsForm words={data.words} />
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  return <Loading />
}

function WordsForm({ words: saved }: { words: string[] }): ReactElement {
  const { t } = useLanguage()
  const form = useForm({
    initial: { words: saved.join('\n') },
    texts: { words: 'privacy.wordsWrong' },
    check: ({ words }) => ({ words: checkWords(linesOf(words)) }),
    async send({ words }) {
      const kept = await client.put('/api/v1/users/me/hidden-words', { body: { words: linesOf(words) } })
      queryClient.setQueryData(hiddenWords.queryKey, kept)
      form.reset({ words: kept.words.join('\n') })
      toast(t('state.saved'))
    },
  })
  return (
    <form {...form.props} className={styles.form}>
      <p className={styles.intro}>{t('privacy.wordsIntro')}</p>
      <FormFailure error={form.failure} />
      <TextArea label={t('privacy.words')} hint={t('privacy.wordsHint')} rows={8} dir="auto" {...form.field('words')} />
      <div className={styles.end}>
        <Button type="submit" look="primary" busy={form.busy}>
          {t('action.save')}
        </Button>
      </div>
    </form>
  )
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function checkWords(words: readonly string[]): MessageId | undefined {
  if (words.length > limits.words) return 'privacy.wordsMany'
  return words.some((word) => codePoints(word) > limits.length) ? 'privacy.wordsLong' : undefined
}
