// Every kind of page, with every component, in a real browser. The gallery is built by the CMake target `gallery`.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { after, before, test } from 'node:test'
import {
  checkAccessible, checkNoHorizontalScroll, checkPage, checkWorksWithoutJavaScript, forEachWidth, openBrowser, openPage, root,
  startServer,
} from './harness.mjs'

const preset = process.env.GUILDHALL_BUILD ?? path.join(root, 'build/dev')
const pages = ['', 'form', 'form-errors', 'question', 'check', 'confirmation', 'work', 'signpost', 'accessibility',
  'error-400', 'error-403', 'error-404', 'error-413', 'error-500', 'error-503']
let server
let browser

before(async () => {
  const folder = path.join(root, 'build/gallery')
  const made = spawnSync(path.join(preset, 'tests/browser/gallery/gallery'), [folder], { encoding: 'utf8' })
  assert.equal(made.status, 0, made.error?.message ?? made.stderr)
  server = await startServer(process.execPath, [path.join(root, 'tests/browser/serve_folder.mjs'), folder, '{port}'])
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  await server?.stop()
})

for (const name of pages) {
  test(`/${name} is accessible, fits and breaks no rule, on a phone and on a computer`, () =>
    forEachWidth(browser, server, async (page, width) => {
      await page.goto(`/${name}`)
      await checkPage(page, `gallery-${name || 'content'}-${width}`)
    }))
}

test('the page is usable at 320 px, which is 400% zoom of 1280', async () => {
  const page = await openPage(browser, server)
  await page.setViewportSize({ width: 320, height: 256 })
  for (const name of pages) {
    await page.goto(`/${name}`)
    await checkNoHorizontalScroll(page)
  }
  await page.context().close()
})

test('the error summary takes the focus and leads to the field', async () => {
  const page = await openPage(browser, server)
  await page.goto('/form-errors')
  assert.match(await page.title(), /^Error: /)
  const summary = page.locator('.govuk-error-summary')
  await page.waitForFunction(() => document.activeElement.className === 'govuk-error-summary')
  for (const link of await summary.locator('a').all()) {
    const field = (await link.getAttribute('href')).slice(1)
    await link.click()
    assert.equal(await page.evaluate(() => document.activeElement.id), field)
  }
  page.checkNoFailures()
  await page.context().close()
})

for (const javaScript of [true, false]) {
  test(`a choice shows the fields which belong to it, JavaScript ${javaScript ? 'on' : 'off'}`, async () => {
    const page = await openPage(browser, server, { javaScript })
    await page.goto('/form')
    assert.ok(await page.locator('#email').isHidden())
    await page.getByLabel('Email', { exact: true }).check()
    assert.ok(await page.locator('#email').isVisible())
    assert.ok(await page.locator('#mobile').isHidden())
    page.checkNoFailures()
    await page.context().close()
  })
}

test('without JavaScript everything is there: tabs, navigation', async () => {
  await checkWorksWithoutJavaScript(browser, server, '/', async (page) => {
    assert.ok(await page.getByText('Monday to Friday, 9am to 5pm').isVisible())
  })
  await checkWorksWithoutJavaScript(browser, server, '/work', async (page) => {
    await page.getByRole('link', { name: 'People' }).click()
    assert.match(page.url(), /\/signpost$/)
  })
})

test('on a phone each row of a table is a card which repeats the headings, and is still a table to a screen reader', async () => {
  const page = await openPage(browser, server)
  await page.goto('/work')
  const row = page.getByRole('row').filter({ hasText: 'GEN-4821' })
  assert.equal(await row.getByRole('rowheader').innerText(), 'GEN-4821')
  const about = row.getByRole('cell', { name: 'Missed recycling collection' })
  assert.equal(await about.locator('.guildhall-table__heading').innerText(), 'About')
  assert.equal(await page.getByRole('columnheader').count(), 6)
  await page.context().close()
})

test('the checks find what they look for', async () => {
  const page = await openPage(browser, server)
  await page.goto('/question')
  await page.evaluate(() => {
    document.querySelector('main').insertAdjacentHTML('beforeend', '<p id="wide">wide</p><img src="/assets/none.svg">')
    document.querySelector('#wide').style.width = '900px'
  })
  await assert.rejects(checkNoHorizontalScroll(page), /scrolls sideways at 360 px/)
  await assert.rejects(checkAccessible(page), /image-alt: .*\n {2}img/)
  await page.waitForFunction(() => document.querySelector('main img').complete)
  assert.throws(() => page.checkNoFailures(), /404/)
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.broken = true'
    document.body.append(script)
  })
  page.expectFailures(/404/)
  assert.throws(() => page.checkNoFailures(), /Content Security Policy/)
  await page.context().close()
})
