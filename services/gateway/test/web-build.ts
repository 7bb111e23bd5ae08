import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'

export const script = `${'console.log("light"); '.repeat(100)}\n`

const index = `<!doctype html>
<html lang="en" dir="ltr">
<head>
  <meta charset="utf-8">
  <title>Daguerre</title>
  <meta name="description" content="Photo sharing">
  <script>document.documentElement.dataset.begun = 'yes'</script>
  <!--app-head-->
  <link rel="stylesheet" href="/assets/main-1a2b3c4d.css">
</head>
<body><div id="root"></div><script type="module" src="/assets/main-1a2b3c4d.js"></script></body>
</html>
`

/** A folder with what a build of the web app has. */
export function makeWebBuild() {
  const folder = mkdtempSync(join(tmpdir(), 'daguerre-web-'))
  function write(path: string, content: string | Buffer): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  write('index.html', index)
  write('assets/main-1a2b3c4d.js', script)
  write('assets/main-1a2b3c4d.js.br', brotliCompressSync(`${script}// at build time`))
  write('assets/main-1a2b3c4d.css', 'main { color: black } '.repeat(100))
  write('assets/heic.worker-1a2b3c4d.js', 'onmessage = () => {}')
  write('sw.js', 'self.addEventListener("push", () => {})')
  write('manifest.webmanifest', '{"name":"Daguerre"}')
  write('icons/icon-192.png', Buffer.from([0x89, 0x50, 0x4e, 0x47]))
  return { folder, write, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
