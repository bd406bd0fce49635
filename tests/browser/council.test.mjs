// The main job, walked as people walk it: a council's demonstration in a real browser, on a phone and at a desk.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { checkPage, checkWorksWithoutJavaScript, openBrowser, openPage, root, startServer, widths } from './harness.mjs'

const program = path.join(process.env.GUILDHALL_BUILD ?? path.join(root, 'build/dev'), 'guildhall')
const passphrase = 'borset demo only'
let folder
let data
let server
let browser

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'guildhall-browser-'))
  data = path.join(folder, 'data')
  server = await startServer(program, ['demo', '--data', data, '--children', '600', '--port', '{port}',
    '--openid-port', '0', '--openid-provider', `${process.execPath} demo/openid-provider/provider.mjs`], { timeout_ms: 120_000 })
  server.url = `http://localhost:${server.port}` // The name that the OpenID provider sends browsers back to.
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

// ---- People who are in the demonstration

function table(file) {
  const [head, ...lines] = readFileSync(path.join(data, 'environments/council/demonstration-extracts', file), 'utf8')
    .trim().split('\n').map((line) => line.split(','))
  return lines.map((line) => Object.fromEntries(head.map((name, i) => [name, line[i]])))
}

// A child of the NHS's extract who has an open child protection plan and a number that social care holds too.
function childWithPlan() {
  const planned = new Set(table('social_care/ssd_cp_plans.csv').filter((row) => !row.cppl_cp_plan_end_date)
    .map((row) => row.cppl_person_id))
  const patients = new Map(readFileSync(path.join(data,
    'environments/council/demonstration-extracts/nhs/pds_patients.ndjson'), 'utf8').trim().split('\n')
    .map((line) => JSON.parse(line)).map((patient) => [patient.id, patient]))
  for (const row of table('social_care/ssd_person.csv')) {
    const patient = patients.get(row.pers_common_child_id)
    if (planned.has(row.pers_person_id) && patient && patient.birthDate === row.pers_dob.slice(0, 10)) return patient
  }
  assert.fail('the demonstration has no child with an open plan: choose another seed')
}

// ---- Signing in: once for each person, because a code is good once

const sessions = new Map()

async function signedIn(name, width = 'phone') {
  const page = await openPage(browser, server, { width })
  if (sessions.has(name)) await page.context().addCookies(sessions.get(name))
  return page
}

async function signInWithCode(page, name, from) {
  await page.goto(from)
  await page.getByLabel('Sign-in name').fill(name)
  await page.getByLabel('Passphrase').fill(passphrase)
  await page.getByRole('button', { name: 'Continue' }).click()
  const code = execFileSync(program, ['account', 'code', name, '--data', data], { encoding: 'utf8' }).trim()
  await page.getByLabel(/Enter the code/).fill(code)
  await page.getByRole('button', { name: 'Sign in' }).click()
  sessions.set(name, await page.context().cookies())
}

// The page as wide as a phone and as wide as a computer.
async function checkBothWidths(page, name) {
  for (const [width, size] of Object.entries(widths)) {
    await page.setViewportSize(size)
    await checkPage(page, `${name}-${width}`)
  }
  await page.setViewportSize(widths.phone)
}

async function searchByNumber(page, number) {
  await page.getByLabel('By NHS number').check()
  await page.getByLabel('NHS number', { exact: true }).fill(number)
  await page.getByRole('button', { name: 'Search' }).click()
}

const audit = () => execFileSync(program, ['audit', 'list', '--data', data], { encoding: 'utf8' }).split('\n').filter(Boolean)

// ---- What residents see

test('every page for everybody is accessible at both widths', async () => {
  const page = await openPage(browser, server)
  for (const address of ['/', '/enquiry', '/enquiry/topic', '/track', '/signin', '/accessibility']) {
    await page.goto(address)
    await checkBothWidths(page, `public${address.replaceAll('/', '-')}`)
  }
  page.expectFailures(/404/)
  await page.goto('/no-such-page')
  await checkBothWidths(page, 'public-not-found')
  page.checkNoFailures()
  await page.context().close()
})

let reference

test('a resident asks a question and gets a reference number', async () => {
  const page = await openPage(browser, server)
  await page.goto('/')
  await page.getByRole('link', { name: 'Ask us a question' }).first().click()
  await page.getByRole('button', { name: 'Start now' }).click()
  page.expectFailures(/422/)
  await page.getByRole('button', { name: 'Continue' }).click()
  await checkBothWidths(page, 'enquiry-topic-error')
  await page.getByLabel('Roads, pavements and street lights').check()
  await page.getByRole('button', { name: 'Continue' }).click()
  await checkBothWidths(page, 'enquiry-message')
  await page.getByLabel('What is your question?').fill('The street light outside 4 Mill Lane is out.\n\nCan it be mended?')
  await page.getByRole('button', { name: 'Continue' }).click()
  await checkBothWidths(page, 'enquiry-contact')
  await page.getByLabel('Full name').fill('Priya Nair')
  await page.getByLabel('Email address').fill('priya.nair@example.com')
  await page.getByRole('button', { name: 'Continue' }).click()
  await checkBothWidths(page, 'enquiry-check')
  await page.getByRole('button', { name: 'Send question' }).click()
  await checkBothWidths(page, 'enquiry-done')
  reference = (await page.locator('.govuk-panel strong').textContent()).trim()
  assert.match(reference, /^GE-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
  page.checkNoFailures()
  await page.context().close()
})

test('the officer answers from the inbox, and the resident reads the answer', async () => {
  const officer = await openPage(browser, server)
  await signInWithCode(officer, 's.field', '/work/enquiries')
  await checkBothWidths(officer, 'work-inbox')
  await officer.getByRole('link', { name: reference }).click()
  await checkBothWidths(officer, 'work-enquiry')
  await officer.getByLabel('Reply').fill('It will be mended on Friday.')
  await officer.getByRole('button', { name: 'Send reply', exact: true }).click()
  await officer.getByText('It will be mended on Friday.').waitFor()
  officer.checkNoFailures()
  await officer.context().close()

  const resident = await openPage(browser, server)
  await resident.goto('/track')
  await resident.getByLabel('Reference number').fill(reference.toLowerCase().replaceAll('-', ' '))
  await resident.getByLabel('Email address').fill('priya.nair@example.com')
  await resident.getByRole('button', { name: 'Continue' }).click()
  await resident.getByText('It will be mended on Friday.').waitFor()
  await checkBothWidths(resident, 'track-enquiry')
  resident.checkNoFailures()
  await resident.context().close()
})

// ---- The partner view, at 2 a.m.

test('a police officer signs in at the OpenID provider and learns who works with a child', async () => {
  const child = childWithPlan()
  const page = await openPage(browser, server)
  await page.goto('/partner')
  await page.getByRole('link', { name: /Partner organisations/ }).click()
  await page.getByLabel('Sign-in name').fill('d.pritchard')
  await page.getByLabel('Passphrase').fill(passphrase)
  await page.getByRole('button').click()
  await page.waitForURL(/\/partner/)
  sessions.set('d.pritchard', await page.context().cookies())
  await checkBothWidths(page, 'partner-purpose')
  await page.getByLabel('A child may be in danger now').check()
  await page.getByRole('button', { name: 'Continue' }).click()
  await checkBothWidths(page, 'partner-search')
  const before = audit().length
  await searchByNumber(page, child.id)
  await page.getByRole('heading', { name: 'Who to call' }).waitFor()
  assert.match(await page.getByRole('heading', { level: 1 }).textContent(), /open now/)
  assert.match(await page.locator('main').textContent(), /Child protection plan/)
  const said = await page.locator('main').textContent()
  for (const name of [child.name[0].family, ...child.name[0].given]) {
    assert.ok(!said.includes(name), 'the answer names the child')
  }
  assert.ok(await page.locator('a[href^="tel:01632"]').count() >= 3)
  await checkBothWidths(page, 'partner-answer')

  const entries = audit().slice(before)
  assert.equal(entries.length, 1, entries.join('\n'))
  assert.match(entries[0], /partner\.search\t.*Westshire Police\timmediate-risk\tsignpost\t.*nhs_number=/)
  page.checkNoFailures()
  await page.context().close()
})

test('nobody found and several found are answered alike, and both are recorded', async () => {
  const page = await signedIn('d.pritchard')
  const answers = []
  for (const search of [
    () => searchByNumber(page, '9999999301'),
    async () => {
      await page.getByLabel('By name, date of birth and sex').check()
      await page.getByLabel('Family name').fill('Nobody')
      await page.getByLabel('Day').fill('1')
      await page.getByLabel('Month').fill('6')
      await page.getByLabel('Year').fill('2015')
      await page.getByLabel('Female').check()
      await page.getByRole('button', { name: 'Search' }).click()
    },
  ]) {
    await page.goto('/partner/search?purpose=immediate-risk')
    await search()
    answers.push((await page.locator('main').innerText()).split('You searched for')[0])
  }
  assert.match(answers[0], /No information to show/)
  assert.equal(answers[0], answers[1])
  await checkBothWidths(page, 'partner-nothing')
  assert.equal(audit().slice(-2).filter((entry) => /none: nobody/.test(entry)).length, 2)
  page.checkNoFailures()
  await page.context().close()
})

test('a form that was filled in wrongly says what to mend, at both widths', async () => {
  const page = await signedIn('d.pritchard')
  page.expectFailures(/422/)
  await page.goto('/partner/search')
  await checkBothWidths(page, 'partner-purpose-error')
  await page.goto('/partner/search?purpose=immediate-risk')
  await searchByNumber(page, '999 000 0017')
  assert.match(await page.locator('main').textContent(), /The last digit of this NHS number should be 8, not 7/)
  await checkBothWidths(page, 'partner-number-error')
  await page.getByLabel('By name, date of birth and sex').check()
  await page.getByRole('button', { name: 'Search' }).click()
  await checkBothWidths(page, 'partner-name-error')
  await page.goto('/track')
  await page.getByRole('button', { name: 'Continue' }).click()
  await checkBothWidths(page, 'track-error')
  page.checkNoFailures()
  await page.context().close()
})

test('somebody of the same force who is in no admitted group stays out', async () => {
  const page = await openPage(browser, server)
  page.expectFailures(/403/)
  await page.goto('/partner')
  await page.getByRole('link', { name: /Partner organisations/ }).click()
  await page.getByLabel('Sign-in name').fill('t.moss')
  await page.getByLabel('Passphrase').fill(passphrase)
  await page.getByRole('button').click()
  await page.waitForURL(/\/signin\/callback/)
  await checkBothWidths(page, 'signin-refused')
  await page.goto('/partner')
  assert.match(page.url(), /\/signin/)
  page.checkNoFailures()
  await page.context().close()
})

test('a local partner signs in with passphrase and code, and signs out', async () => {
  const page = await openPage(browser, server)
  page.expectFailures(/422|401|403/)
  await page.goto('/partner')
  await page.getByLabel('Sign-in name').fill('p.okafor')
  await page.getByLabel('Passphrase').fill(passphrase)
  await page.getByRole('button', { name: 'Continue' }).click()
  await checkBothWidths(page, 'signin-code')
  await page.getByLabel(/Enter the code/).fill('000000')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await checkBothWidths(page, 'signin-code-error')
  await page.context().clearCookies()
  await signInWithCode(page, 'p.okafor', '/partner')
  await page.getByRole('heading', { name: /Why do you need to know/ }).waitFor()
  await page.setViewportSize(widths.computer)
  await page.getByRole('button', { name: /Sign out/ }).click()
  await checkBothWidths(page, 'signed-out')
  await page.goto('/partner')
  assert.match(page.url(), /\/signin/)
  page.checkNoFailures()
  await page.context().close()
})

// ---- Data stewards

test('a steward loads an extract, sees what is wrong in it, and what it says counts add up', async () => {
  const page = await openPage(browser, server)
  await signInWithCode(page, 'm.evans', '/people')
  await checkBothWidths(page, 'people-overview')
  const good = path.join(folder, 'ssd_person.csv')
  writeFileSync(good,
    'pers_person_id,pers_forename,pers_surname,pers_sex,pers_ethnicity,pers_dob,pers_common_child_id,pers_upn_unknown\n' +
    'B1,Amara,Okafor,F,,12/03/2014,9990000018,\n' +
    'B2,9990000026,Whitcombe,M,,2012-01-05,,\n' +
    'B3,Jude,Whitcombe,M,,31/02/2012,9999999999,\n')
  await page.goto('/people/extracts')
  await checkBothWidths(page, 'people-extracts')
  await page.getByLabel(/social care/i).first().check()
  await page.getByLabel('File', { exact: true }).setInputFiles(good)
  await page.getByRole('button', { name: 'Load' }).click()
  for (let i = 0; i < 100 && !(await page.getByText('What was found').isVisible() && await page.getByText('Rows read').isVisible() &&
      !(await page.getByText('Show how far it is now').isVisible())); ++i) {
    await page.waitForTimeout(100)
    await page.reload()
  }
  const number = async (key) => Number((await page.locator('.govuk-summary-list__row', { hasText: key }).locator('dd').first().textContent()).replaceAll(',', '').trim())
  assert.equal(await number('Rows read'), 3)
  assert.equal(await number('Accepted') + await number('Kept aside') + await number('Rejected'), 3)
  assert.match(await page.locator('main').textContent(), /NHS number/)
  await checkBothWidths(page, 'people-extract')
  page.checkNoFailures()
  await page.context().close()
})

test('an upload that is no extract is refused in words that help', async () => {
  const page = await signedIn('m.evans')
  page.expectFailures(/4(00|22)/)
  const zip = path.join(folder, 'pupils.csv')
  writeFileSync(zip, Buffer.from('504b0304140000000800', 'hex'))
  await page.goto('/people/extracts')
  await page.getByLabel(/social care/i).first().check()
  await page.getByLabel('File', { exact: true }).setInputFiles(zip)
  await page.getByRole('button', { name: 'Load' }).click()
  assert.match(await page.locator('main').textContent(), /zip/i)
  await checkBothWidths(page, 'people-extract-refused')
  page.checkNoFailures()
  await page.context().close()
})

test('a steward decides a doubtful pair, with a reason, from the evidence', async () => {
  const page = await signedIn('m.evans')
  page.expectFailures(/422/)
  await page.goto('/people/review')
  await checkBothWidths(page, 'people-review')
  await page.locator('main table a').first().click()
  await checkBothWidths(page, 'people-pair')
  await page.getByRole('button', { name: 'Different children' }).click()
  await checkBothWidths(page, 'people-pair-error')
  await page.getByLabel('Why').fill('The school says that they are cousins.')
  await page.getByRole('button', { name: 'Different children' }).click()
  await page.waitForURL(/\/people\/review/)
  await checkBothWidths(page, 'people-review-next')
  page.checkNoFailures()
  await page.context().close()
})

test('a steward finds a golden record and follows a value to its cell, which is recorded', async () => {
  const child = childWithPlan()
  const page = await signedIn('m.evans')
  await page.goto('/people/search')
  await page.getByLabel('NHS number').fill(child.id)
  await page.getByRole('button', { name: 'Search' }).click()
  await checkBothWidths(page, 'people-search')
  await page.locator('main table a').first().click()
  await page.waitForURL(/\/people\/records\//)
  await page.locator('summary').first().click()
  assert.match(await page.locator('main').innerText(), /In the file: “/)
  await checkBothWidths(page, 'people-record')
  assert.ok(audit().some((entry) => entry.includes('steward.view')), 'the look is in the audit log')
  page.checkNoFailures()
  await page.context().close()
})

// ---- Without JavaScript

test('the resident, the partner and the steward get on without JavaScript', async () => {
  await checkWorksWithoutJavaScript(browser, server, '/enquiry/topic', async (page) => {
    await page.getByLabel('Libraries').check()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('What is your question?').fill('May I renew by telephone?')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Full name').fill('Tomos Evans')
    await page.getByLabel('Email address').fill('tomos@example.com')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Send question' }).click()
    await page.getByRole('heading', { name: 'Question sent' }).waitFor()
  })
  const child = childWithPlan()
  await checkWorksWithoutJavaScript(browser, server, '/', async (page) => {
    await page.context().addCookies(sessions.get('d.pritchard'))
    await page.goto('/partner/search?purpose=missing-child')
    await page.getByLabel('By NHS number').check()
    await page.getByLabel('NHS number', { exact: true }).fill(child.id)
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('heading', { name: 'Who to call' }).waitFor()
  })
  await checkWorksWithoutJavaScript(browser, server, '/', async (page) => {
    await page.context().addCookies(sessions.get('m.evans'))
    for (const address of ['/people', '/people/extracts', '/people/review', '/people/search']) {
      await page.goto(address)
      assert.equal(await page.locator('h1').count(), 1)
    }
  })
})

// ---- What nobody sees

test('the log of all this names nobody', () => {
  const names = new Set()
  for (const line of readFileSync(path.join(data,
    'environments/council/demonstration-extracts/nhs/pds_patients.ndjson'), 'utf8').trim().split('\n')) {
    const patient = JSON.parse(line)
    names.add(patient.id)
    for (const name of patient.name ?? []) [name.family, ...(name.given ?? [])].forEach((each) => each && names.add(each))
  }
  for (const row of table('social_care/ssd_person.csv')) names.add(row.pers_person_id)
  for (const row of table('education/pupilonroll.csv')) [row.upn, row.surname, row.forename].forEach((each) => each && names.add(each))
  const log = server.log.split('\n').filter((line) => line.startsWith('{'))
  assert.ok(log.length > 100, 'the log is there')
  const words = new Set(log.join('\n').split(/[^\p{L}\p{N}]+/u))
  const found = [...names].filter((name) => name.length > 2 && words.has(name))
  assert.deepEqual(found, [])
  for (const line of log) JSON.parse(line)
})
