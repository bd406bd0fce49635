// What browser tests share: a server on a free port, a browser as wide as a phone or a computer, and the checks which
// every page of Guildhall passes.
//
//   const server = await startServer('build/dev/src/app/guildhall', ['serve', '--port', '{port}'])
//   const browser = await openBrowser()
//   await forEachWidth(browser, server, async (page, width) => {
//     await page.goto('/partner')
//     await checkPage(page, `partner-${width}`)
//   })
//   await browser.close()
//   await server.stop()
//
// A test fails where a page logs an error, throws, breaks the content security policy or asks for something which is not
// there, unless the test says that it expects so: page.expectFailures(/404/).
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
export const screenshots = path.join(root, 'build/screenshots')
export const widths = { phone: { width: 360, height: 740 }, computer: { width: 1280, height: 900 } }

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

function program(name) {
  for (const folder of process.env.PATH.split(path.delimiter)) {
    const candidate = path.join(folder, name)
    try {
      accessSync(candidate, constants.X_OK)
      return candidate
    } catch {}
  }
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

// Starts `command` with {port} in its arguments replaced by a free one, and waits until `ready` answers.
// What the server prints is in server.log, and is shown where it does not come up.
export async function startServer(command, args, { ready = '/', env = {}, timeout_ms = 30_000 } = {}) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(command, args.map((arg) => arg.replaceAll('{port}', port)), {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const server = { url, port, process: child, log: '', stop }
  child.stdout.on('data', (bytes) => (server.log += bytes))
  child.stderr.on('data', (bytes) => (server.log += bytes))
  const ended = new Promise((resolve) => child.once('close', resolve))
  let failure
  child.once('error', (error) => (failure = error))

  async function stop() {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    return ended
  }

  const deadline = Date.now() + timeout_ms
  for (;;) {
    if (failure) throw failure
    assert.equal(child.exitCode, null, `${command} ended:\n${server.log}`)
    const answer = await fetch(url + ready, { redirect: 'manual' }).catch(() => null)
    if (answer) {
      await answer.arrayBuffer()
      return server
    }
    if (Date.now() > deadline) {
      await stop()
      assert.fail(`${command} does not answer at ${ready} after ${timeout_ms} ms:\n${server.log}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export async function openBrowser() {
  const executablePath = process.env.CHROMIUM ?? program('chromium') ?? program('chromium-browser') ?? program('google-chrome')
  assert.ok(executablePath, 'Chromium is not installed. Run: apt-get install chromium')
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  })
}

// A page in a browser profile of its own. `signIn(page)` may be given: it runs before the page is handed over.
export async function openPage(browser, server, { width = 'phone', javaScript = true, signIn } = {}) {
  const context = await browser.newContext({
    viewport: widths[width],
    hasTouch: width === 'phone',
    baseURL: server.url,
    javaScriptEnabled: javaScript,
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const failures = []
  const expected = []
  page.on('console', (message) => {
    if (message.type() === 'error') failures.push(`${page.url()}: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => failures.push(`${page.url()}: ${error}`))
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText
    if (reason !== 'net::ERR_ABORTED') failures.push(`${page.url()}: ${request.url()} ${reason}`)
  })
  page.expectFailures = (pattern) => expected.push(pattern)
  page.checkNoFailures = () => {
    assert.deepEqual(failures.filter((failure) => !expected.some((pattern) => pattern.test(failure))), [])
  }
  if (signIn) await signIn(page)
  return page
}

// Runs `act` with a fresh page as wide as a phone, then one as wide as a computer.
export async function forEachWidth(browser, server, act, options = {}) {
  for (const width of Object.keys(widths)) {
    const page = await openPage(browser, server, { ...options, width })
    try {
      await act(page, width)
      page.checkNoFailures()
    } finally {
      await page.context().close()
    }
  }
}

// axe-core's rules for WCAG 2.0 to 2.2, levels A and AA, and its best practices: no violations.
export async function checkAccessible(page) {
  // Through the debugger, which the page's content security policy does not bind.
  await page.evaluate(axeSource + ';0')
  const { violations, passes } = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
    }),
  )
  assert.ok(passes.length > 0, 'axe-core checked nothing')
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}\n  ${target.join(' ')}\n  ${failureSummary.replaceAll('\n', '\n  ')}`),
  )
  assert.equal(found.length, 0, `${page.url()} at ${page.viewportSize().width} px:\n${found.join('\n')}`)
}

// Nothing is wider than the window (WCAG 1.4.10 asks for this down to 320 px).
export async function checkNoHorizontalScroll(page) {
  const wide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    return [...document.body.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .map((element) => `<${element.tagName.toLowerCase()} class="${element.className}"> ${element.textContent.trim().slice(0, 60)}`)
  })
  assert.deepEqual(wide, [], `${page.url()} scrolls sideways at ${page.viewportSize().width} px`)
}

// One <h1>, a title that says more than the council's name, a language.
export async function checkDocument(page) {
  const document_ = await page.evaluate(() => ({
    headings: document.querySelectorAll('h1').length,
    title: document.title,
    language: document.documentElement.lang,
  }))
  assert.equal(document_.headings, 1, `${page.url()} has ${document_.headings} <h1>`)
  assert.match(document_.title, / – /)
  assert.match(document_.language, /^(en|cy)$/)
}

// Everything a page is held to, at its present width; and a screenshot to look at.
export async function checkPage(page, name) {
  await checkDocument(page)
  await checkNoHorizontalScroll(page)
  await checkAccessible(page)
  await screenshot(page, name)
}

export async function screenshot(page, name) {
  mkdirSync(screenshots, { recursive: true })
  await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true })
}

// Opens `address` with JavaScript off and hands the page to `use`, which walks it as it would with JavaScript on.
export async function checkWorksWithoutJavaScript(browser, server, address, use, options = {}) {
  const page = await openPage(browser, server, { ...options, javaScript: false })
  try {
    await page.goto(address)
    await use(page)
    page.checkNoFailures()
  } finally {
    await page.context().close()
  }
}
