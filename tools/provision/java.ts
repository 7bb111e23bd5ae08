import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isExecutable, must, run, which } from './commands.ts'
import { ProvisionError, type ProvisionContext } from './types.ts'

const EXE = process.platform === 'win32' ? '.exe' : ''

/** The path of a program of a JDK of version 17 or newer: JAVA_HOME first, then PATH. */
export async function needJava(ctx: ProvisionContext, program: 'java' | 'javac', why: string): Promise<string> {
  const path = findJava(ctx, program)
  if (path !== undefined) {
    // macOS has programs of these names that only say that there is no Java.
    const version = await run(path, ['-version'], { env: ctx.env, timeoutMs: 20_000 })
    const major = /(?:version "|javac )(\d+)/.exec(version.output)?.[1]
    if (version.code === 0 && Number(major) >= 17) return path
  }
  throw new ProvisionError(`${why} needs a JDK of version 17 or newer: install one (or start Docker) and start again.`)
}

/** The same without asking it for its version, which takes a tenth of a second: for what is set up already. */
export function findJava(ctx: ProvisionContext, program: 'java' | 'javac'): string | undefined {
  const home = ctx.env['JAVA_HOME']
  const inHome = home ? join(home, 'bin', program + EXE) : ''
  return isExecutable(inHome) ? inHome : which(program, ctx.env)
}

/** Copies into `folder` the jars that the pom.xml in `project` names, with all that they need. */
export async function fetchJars(ctx: ProvisionContext, project: string, folder: string, what: string): Promise<void> {
  const maven = which('mvn', ctx.env)
  if (maven === undefined)
    throw new ProvisionError(`Maven fetches ${what}: install it (\`mvn\`), or start Docker, and start again.`)
  // Maven leaves traces beside the pom.xml that it reads.
  const work = await mkdtemp(join(tmpdir(), 'daguerre-mvn-'))
  try {
    await cp(join(project, 'pom.xml'), join(work, 'pom.xml'))
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}`]
    await must(`Fetching ${what}`, maven, ['-q', '-B', '-ntp', '-C', ...goal], {
      cwd: work,
      env: ctx.env,
      timeoutMs: 300_000,
    })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}
