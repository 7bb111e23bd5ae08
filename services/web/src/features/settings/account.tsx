import type { components } from '@daguerre/client'
import { useQuery } from '@tanstack/react-query'
import { Link, useBlocker } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { Failure, FormFailure } from '../../app/failure.tsx'
import { type Viewer, useViewer } from '../../app/session.ts'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { Loading } from '../../ui/loading.tsx'
import { toast } from '../../ui/toast.tsx'
import { ownPerson } from '../account/queries.ts'
import { saveProfile } from '../account/save-profile.ts'
import { checkBio, checkDisplayName, checkWebsite, codePoints, profileLimits, websiteOf } from './profile-checks.ts'
import { Portrait } from './portrait.tsx'
import styles from './section.module.css'

type Person = components['schemas']['Person']

export function AccountSettings(): ReactElement {
  const viewer = useViewer()
  const { data: person, error, refetch } = useQuery(ownPerson)
  if (!person) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  return (
    <>
      <Portrait person={person} />
      <ProfileForm key={person.id} person={person} />
      {viewer && <Private viewer={viewer} />}
    </>
  )
}

function fieldsOf({ displayName, bio, website }: Person): Record<'displayName' | 'bio' | 'website', string> {
  return { displayName, bio, website: website ?? '' }
}

function isSame(some: ReturnType<typeof fieldsOf>, others: ReturnType<typeof fieldsOf>): boolean {
  return some.displayName === others.displayName && some.bio === others.bio && some.website === others.website
}

function ProfileForm({ person }: { person: Person }): ReactElement {
  const { t } = useLanguage()
  // What was there when the first letter was typed.
  const [before, setBefore] = useState(() => fieldsOf(person))
  const form = useForm({
    initial: before,
    texts: {
      displayName: 'settings.displayNameWrong',
      bio: 'settings.bioLong',
      website: 'settings.websiteWrong',
    },
    check: ({ displayName, bio, website }) => ({
      displayName: checkDisplayName(displayName),
      bio: checkBio(bio),
      website: checkWebsite(website),
    }),
    async send({ displayName, bio, website }) {
      // What nobody touched here may have been changed in another tab.
      const edit = {
        ...(displayName !== before.displayName && { displayName: displayName.trim() }),
        ...(bio !== before.bio && { bio }),
        ...(website !== before.website && { website: websiteOf(website) }),
      }
      if (isDirty) adopt(await saveProfile(edit))
      toast(t('state.saved'))
    },
  })
  const { values } = form
  const isDirty = !isSame(values, before)
  const latest = fieldsOf(person)
  if (!isDirty && !isSame(latest, before)) adopt(person)

  function adopt(now: Person): void {
    setBefore(fieldsOf(now))
    form.reset(fieldsOf(now))
  }

  const blocker = useBlocker({ shouldBlockFn: () => isDirty, enableBeforeUnload: isDirty, withResolver: true })
  const left = profileLimits.bio - codePoints(values.bio)

  return (
    <form {...form.props} className={`${styles.form} ${styles.group}`}>
      <FormFailure error={form.failure} />
      <TextField
        label={t('settings.displayName')}
        autoComplete="name"
        required
        dir="auto"
        {...form.field('displayName')}
      />
      <TextArea
        label={t('settings.bio')}
        rows={4}
        dir="auto"
        hint={left < 100 && left >= 0 ? t('settings.bioHint', { left }) : undefined}
        {...form.field('bio')}
        error={form.errorOf('bio') ?? (left < 0 ? t('settings.bioLong') : null)}
      />
      <TextField
        label={t('settings.website')}
        type="url"
        inputMode="url"
        autoComplete="url"
        dir="ltr"
        placeholder="https://"
        {...form.field('website')}
      />
      <div className={styles.end}>
        <Button type="submit" look="primary" busy={form.busy}>
          {t('action.save')}
        </Button>
        <Link className={buttonClass()} to="/@{$username}" params={{ username: person.username }}>
          {t('settings.seeProfile')}
        </Link>
      </div>
      {blocker.status === 'blocked' && (
        <Confirm
          title={t('settings.unsaved')}
          text={t('settings.unsavedText')}
          yes={t('settings.discard')}
          onYes={blocker.proceed}
          onClose={blocker.reset}
        />
      )}
    </form>
  )
}

function Private({ viewer }: { viewer: Viewer }): ReactElement {
  const { t, date } = useLanguage()
  const facts = [
    { name: t('settings.email'), value: viewer.email },
    { name: t('settings.username'), value: viewer.username },
    { name: t('settings.since'), value: date(viewer.createdAt, { dateStyle: 'long' }) },
  ]
  return (
    <section className={styles.group}>
      <h2>{t('settings.private')}</h2>
      <dl className={styles.rows}>
        {facts.map(({ name, value }) => (
          <div key={name} className={styles.fact}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
