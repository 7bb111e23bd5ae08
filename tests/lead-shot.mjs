import { chromium } from 'playwright-core'
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
const pages = process.argv.slice(2)
for (const [name, vp] of [['d', { width: 1280, height: 860 }], ['m', { width: 375, height: 780 }]]) {
  const c = await b.newContext({ viewport: vp, colorScheme: name === 'd' ? 'light' : 'dark' })
  const p = await c.newPage()
  p.on('console', m => m.type() === 'error' && console.log(name, m.text()))
  await p.goto('http://localhost:18080/login')
  await p.getByRole('textbox').first().fill('louise')
  await p.locator('input[type=password]').fill('silver-on-copper-1839')
  await p.keyboard.press('Enter')
  await p.waitForURL(u => u.pathname === '/', { timeout: 20000 }).catch(e => console.log(e.message))
  for (const [i, path] of pages.entries()) {
    await p.goto('http://localhost:18080' + path); await p.waitForTimeout(2500)
    await p.screenshot({ path: `/tmp/lead/${name}-${i}.png` })
  }
  await c.close()
}
await b.close()
