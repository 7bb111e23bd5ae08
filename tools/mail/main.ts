import { startCatcher } from './catcher.ts'

const [smtpPort = '', inboxPort = '', folder = ''] = process.argv.slice(2)
const catcher = await startCatcher({ smtpPort: Number(smtpPort), inboxPort: Number(inboxPort), folder })
process.once('SIGTERM', () => void catcher.close().then(() => process.exit(0)))
