// Officers' work: tasks and cases of the demonstration, in a real browser, on a phone and at a desk.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { checkPage, checkWorksWithoutJavaScript, openBrowser, openPage, root, startServer, widths } from './harness.mjs'

const program = path.join(process.env.GUILDHALL_BUILD ?? path.join(root, 'build/dev'), 'guildhall')
const passphrase = 'borset demo only'
const sessions = new Map()
let folder, data, server, browser

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'guildhall-work-'))
  data = path.join(folder, 'data')
  server = await startServer(program, ['demo', '--data', data, '--children', '1', '--port', '{port}'], { timeout_ms: 120_000 })
  server.url = `http://localhost:${server.port}`
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

// Signing in: once for each person, because a code is good once.
async function signedIn(name, from = '/work') {
  const page = await openPage(browser, server)
  if (sessions.has(name)) {
    await page.context().addCookies(sessions.get(name))
    await page.goto(from)
    return page
  }
  await page.goto(from)
  await page.getByLabel('Sign-in name').fill(name)
  await page.getByLabel('Passphrase').fill(passphrase)
  await page.getByRole('button', { name: 'Continue' }).click()
  const code = execFileSync(program, ['account', 'code', name, '--data', data], { encoding: 'utf8' }).trim()
  await page.getByLabel(/Enter the code/).fill(code)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  sessions.set(name, await page.context().cookies())
  return page
}

async function checkBothWidths(page, name) {
  for (const [width, size] of Object.entries(widths)) {
    await page.setViewportSize(size)
    await checkPage(page, `${name}-${width}`)
  }
}

const audit = () => execFileSync(program, ['audit', 'list', '--data', data], { encoding: 'utf8' }).split('\n').filter(Boolean)
const row = (page, text) => page.locator('main tbody tr', { hasText: text })
const unfold = (page, name) => page.locator('summary', { hasText: name }).click()

test('an officer claims a task, comments, adds a document, and answers what it asks', async () => {
  const page = await signedIn('k.lindqvist', '/work?list=unassigned')
  page.expectFailures(/422/)
  await checkBothWidths(page, 'work-tasks')
  await row(page, 'Lakey Hill').getByRole('link', { name: 'Check the application' }).click()
  await checkBothWidths(page, 'work-task')
  await page.getByRole('button', { name: 'Claim this task' }).click()
  await page.getByText('The task is yours').waitFor()
  await unfold(page, 'Comment')
  await page.getByLabel('Comment').fill('The lane is wide here.')
  await page.getByRole('button', { name: 'Add comment' }).click()
  await page.getByText('The lane is wide here.').waitFor()

  await unfold(page, 'Add a document')
  const plan = path.join(folder, 'plan.pdf')
  writeFileSync(plan, 'GIF89a')
  await page.getByLabel('File', { exact: true }).setInputFiles(plan)
  await page.getByRole('button', { name: 'Add document' }).click()
  await page.getByText(/not what its name says/).first().waitFor()
  writeFileSync(plan, '%PDF-1.7 a plan')
  await page.getByLabel('File', { exact: true }).setInputFiles(plan)
  await page.getByRole('button', { name: 'Add document' }).click()
  const link = page.getByRole('link', { name: 'plan.pdf' })
  const answer = await page.request.get(await link.getAttribute('href'))
  assert.equal(await answer.text(), '%PDF-1.7 a plan')
  assert.match(answer.headers()['content-disposition'], /^attachment;/)
  assert.equal(answer.headers()['x-content-type-options'], 'nosniff')

  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByText('Select yes or no: May the skip stand there?').first().waitFor()
  await checkBothWidths(page, 'work-task-error')
  await page.getByLabel('Yes', { exact: true }).check()
  await page.getByLabel('Note (optional)').fill('Room for two cars beside it')
  await page.getByRole('button', { name: 'Done' }).click()
  await page.waitForURL(/\/work$/)
  page.checkNoFailures()
  await page.context().close()
})

test('the case page shows where the process stands, in a picture and in words, and who did what', async () => {
  const page = await signedIn('k.lindqvist', '/work/cases')
  await checkBothWidths(page, 'work-cases')
  await page.getByLabel('Reference or title').fill('lakey hill')
  await page.getByRole('button', { name: 'Filter' }).click()
  const before = audit().filter((entry) => /case\.view\t/.test(entry)).length
  await page.locator('main table a').first().click()
  await page.getByRole('heading', { name: /Lakey Hill/ }).waitFor()
  assert.equal(audit().filter((entry) => /case\.view\t/.test(entry)).length, before + 1)
  const said = await page.locator('main').innerText()
  assert.match(said, /the message “payment”/)
  assert.match(said, /Karin Lindqvist completed ‘Check the application’/)
  assert.match(said, /Room for two cars beside it/)
  const picture = page.locator('.guildhall-picture img')
  assert.ok(await picture.evaluate((image) => image.complete && image.naturalWidth > 300), 'the picture is drawn')
  // Waiting for the resident's payment takes nothing of the council's time.
  assert.match(said, /Deadline\s+Paused since .*, \d+ working days left/)
  await unfold(page, 'Steps of this process')
  assert.match(await page.locator('main').innerText(), /Payment \(receive task\): 1 waiting/)
  await checkBothWidths(page, 'work-case')
  page.checkNoFailures()
  await page.context().close()
})

test('an officer pauses the deadline of a case with a reason, and lets it run again', async () => {
  const page = await signedIn('k.lindqvist', '/work/cases?words=Chapel')
  page.expectFailures(/422/)
  await page.locator('main table a').first().click()
  await unfold(page, 'Pause the deadline')
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Enter a reason').first().waitFor()
  await checkBothWidths(page, 'work-deadline-error')
  await page.getByLabel('Why it is paused').fill('A map is missing.')
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText(/Paused since/).waitFor()
  await page.getByText('A map is missing.').waitFor()
  await unfold(page, 'Let the deadline run again')
  await checkBothWidths(page, 'work-deadline-paused')
  await page.getByLabel('Why it runs again').fill('The map has come.')
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('The map has come.').waitFor()
  assert.equal(await page.getByText(/Paused since/).count(), 0)
  page.checkNoFailures()
  await page.context().close()
})

test('the processes page shows where cases spend their time', async () => {
  const page = await signedIn('k.lindqvist', '/work/processes')
  await checkBothWidths(page, 'work-processes')
  await page.getByRole('link', { name: 'Skip permit' }).click()
  await page.getByRole('heading', { level: 1, name: /Skip permit/ }).waitFor()
  const picture = page.locator('main img').first()
  assert.ok(await picture.evaluate((image) => image.complete && image.naturalWidth > 300), 'the picture is drawn')
  await checkBothWidths(page, 'work-process-time')
  await page.getByRole('link', { name: /volume|how many/i }).first().click()
  await checkBothWidths(page, 'work-process-volume')
  page.checkNoFailures()
  await page.context().close()
})

test('a called process has a picture of its own', async () => {
  const page = await signedIn('k.lindqvist', '/work/cases?words=Mill+Lane')
  await page.locator('main table a').first().click()
  await page.getByRole('heading', { name: 'Site inspection' }).waitFor()
  assert.equal(await page.locator('.guildhall-picture img').count(), 2)
  await checkBothWidths(page, 'work-case-closed')
  page.checkNoFailures()
  await page.context().close()
})

test('a task is handed over with a reason, and is the other team’s then', async () => {
  const page = await signedIn('k.lindqvist', '/work?list=unassigned')
  page.expectFailures(/422/)
  await row(page, 'Chapel Mews').getByRole('link', { name: 'Check the application' }).click()
  const address = page.url()
  await unfold(page, 'Hand over')
  await page.getByLabel('To whom').selectOption({ label: 'Team: Customer contact' })
  await page.getByRole('button', { name: 'Hand over' }).click()
  await page.getByText('Enter why you hand it over').first().waitFor()
  await checkBothWidths(page, 'work-task-hand-over-error')
  await page.getByLabel('Why').fill('They should ring first')
  await page.getByRole('button', { name: 'Hand over' }).click()
  await page.waitForURL(/\/work$/)
  page.expectFailures(/404/)
  await page.goto(address)
  await page.getByRole('heading', { name: 'Page not found' }).waitFor()
  page.checkNoFailures()
  await page.context().close()

  const tom = await signedIn('t.price', '/work?list=unassigned')
  await row(tom, 'Chapel Mews').getByRole('link', { name: 'Check the application' }).click()
  await tom.getByText('They should ring first').waitFor()
  tom.checkNoFailures()
  await tom.context().close()
})

test('many tasks are reassigned at once', async () => {
  const page = await signedIn('s.field', '/work?list=team')
  page.expectFailures(/422/)
  await unfold(page, 'Reassign the selected tasks')
  await page.getByRole('button', { name: 'Reassign' }).click()
  await page.getByText('Enter why you reassign them').first().waitFor()
  for (const place of ['Brookfield Barns', 'Castle Hill']) await row(page, place).getByRole('checkbox').check()
  await checkBothWidths(page, 'work-reassign')
  await page.getByLabel('To whom').selectOption({ label: 'Karin Lindqvist' })
  await page.getByLabel('Why').fill('She knows both')
  await page.getByRole('button', { name: 'Reassign' }).click()
  await page.getByRole('heading', { name: '1 task is with Karin Lindqvist now' }).waitFor()
  await page.getByText('Karin Lindqvist has it already.').waitFor()
  await checkBothWidths(page, 'work-reassigned')
  page.checkNoFailures()
  await page.context().close()
})

test('a list that is open shows what others do, and steals no focus', async () => {
  const page = await signedIn('s.field', '/work?list=unassigned')
  const before = await page.locator('main tbody tr').count()
  const heading = await page.locator('[aria-current=page]').first().textContent()
  const tom = await signedIn('t.price', '/work?list=unassigned')
  await row(tom, 'Chapel Mews').getByRole('link', { name: 'Check the application' }).click()
  await tom.getByRole('button', { name: 'Claim this task' }).click()
  await tom.getByText('The task is yours').waitFor()
  await page.waitForFunction((count) => document.querySelectorAll('main tbody tr').length === count, before - 1, { timeout: 20_000 })
  await page.waitForFunction(() => document.getElementById('list-status').textContent === 'The list of tasks has changed.')
  assert.equal(await page.evaluate(() => document.activeElement === document.body), true)
  assert.ok(heading)
  page.checkNoFailures()
  await page.context().close()
  await tom.context().close()
})

test('an operator sees what went wrong and has it tried again; an officer sees that somebody was told', async () => {
  const page = await signedIn('o.reid', '/work/cases?state=stuck')
  page.expectFailures(/422/)
  await page.locator('main table a').first().click()
  await page.getByText(/no letterhead for Highways/).waitFor()
  await checkBothWidths(page, 'work-incident')
  const address = page.url()
  const officer = await signedIn('k.lindqvist', address)
  await officer.getByText('Somebody has been told').waitFor()
  assert.doesNotMatch(await officer.locator('main').innerText(), /letterhead/)
  await officer.context().close()
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('Enter what was mended').first().waitFor()
  await page.getByLabel('What was mended').fill('A letterhead was drawn')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('It is being tried again').waitFor()
  await page.getByText('A letterhead was drawn').waitFor()
  page.checkNoFailures()
  await page.context().close()
})

test('an absence is recorded and ended', async () => {
  const page = await signedIn('t.price', '/work/absence')
  page.expectFailures(/422/)
  await page.getByRole('button', { name: 'Record absence' }).click()
  await page.getByText('The first day must be a real date').first().waitFor()
  await checkBothWidths(page, 'work-absence-error')
  const today = new Date()
  const later = new Date(today.getTime() + 5 * 86_400_000)
  for (const [legend, date] of [['First day away', today], ['Last day away', later]]) {
    const group = page.getByRole('group', { name: legend })
    await group.getByLabel('Day').fill(String(date.getUTCDate()))
    await group.getByLabel('Month').fill(String(date.getUTCMonth() + 1))
    await group.getByLabel('Year').fill(String(date.getUTCFullYear()))
  }
  await page.getByLabel('Cover').selectOption({ label: 'Karin Lindqvist' })
  await page.getByRole('button', { name: 'Record absence' }).click()
  await page.getByText('is covered by').waitFor()
  await checkBothWidths(page, 'work-absence')
  const karin = await signedIn('k.lindqvist', '/work?list=mine')
  await row(karin, 'Tom Price').first().waitFor()
  await karin.context().close()
  await page.getByRole('button', { name: /End now/ }).click()
  await page.getByText('Nobody is away.').waitFor()
  page.checkNoFailures()
  await page.context().close()
})

test('officers get on without JavaScript', async () => {
  await checkWorksWithoutJavaScript(browser, server, '/', async (page) => {
    await page.context().addCookies(sessions.get('s.field'))
    await page.goto('/work?list=team')
    await row(page, 'Station Yard').getByRole('link', { name: /Ring the applicant/ }).click()
    await page.getByRole('button', { name: 'Claim this task' }).click()
    await page.getByLabel('No', { exact: true }).check()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.goto('/work/cases?words=Station')
    await page.locator('main table a').first().click()
    assert.match(await page.locator('main').innerText(), /Closed/)
    assert.ok(await page.locator('.guildhall-picture img').evaluate(() => 1))
    for (const address of ['/work/enquiries', '/work/absence', '/work/cases']) {
      await page.goto(address)
      assert.equal(await page.locator('h1').count(), 1)
    }
  })
})
