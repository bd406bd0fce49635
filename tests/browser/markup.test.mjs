// Our components against govuk-frontend's own: golden/<component>--<fixture>.html must be the markup of the fixture of
// that name. Run: node --test tests/browser/markup.test.mjs
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..')
const golden = path.join(root, 'src/platform/html/golden')
const components = path.join(root, 'node_modules/govuk-frontend/dist/govuk/components')

// White space that does not show is left out.
const squeezed = (html) => html.replace(/\s+/g, ' ').replace(/ ?(<[^>]*>) ?/g, '$1').replace(/ >/g, '>').trim()

// What we do differently, and why.
const asOurs = {
  // A field's name is the id of its first input, so that the error summary's link needs nothing else.
  all: (html, { id, idPrefix, name, namePrefix }) =>
    name && (id ?? idPrefix) && !namePrefix ? html.replaceAll(` name="${name}"`, ` name="${id ?? idPrefix}"`) : html,
  // The stylesheet, not the script, shows the fields that belong to a choice.
  radios: (html) => html.replaceAll(/ data-aria-controls="[^"]*"| govuk-radios__conditional--hidden/g, ''),
  checkboxes: (html) => html.replaceAll(/ data-aria-controls="[^"]*"| govuk-checkboxes__conditional--hidden/g, ''),
  'date-input': (html, { id, namePrefix }) =>
    html
      .replace(`<div class="govuk-date-input" id="${id}">`, '<div class="govuk-date-input">')
      .replaceAll(`id="${id}-`, `id="${namePrefix ?? id}-`)
      .replaceAll(`for="${id}-`, `for="${namePrefix ?? id}-`)
      .replaceAll(`"${id}-hint`, `"${namePrefix ?? id}-hint`)
      .replaceAll(`="${namePrefix ?? id}-day"`, `="${namePrefix ?? id}"`)
      .replaceAll(`name="${namePrefix ?? id}"`, `name="${namePrefix ?? id}-day"`)
      .replaceAll(/ name="(day|month|year)"/g, ` name="${namePrefix ?? id}-$1"`),
}

let compared = 0
for (const file of readdirSync(golden).sort()) {
  const [, component, example] = file.match(/^(.+?)--(.+)\.html$/) ?? []
  if (!component || !existsSync(path.join(components, component, 'fixtures.json'))) continue
  const { fixtures } = JSON.parse(readFileSync(path.join(components, component, 'fixtures.json'), 'utf8'))
  const fixture = fixtures.find(({ name }) => name.replaceAll(' ', '-') === example)
  if (!fixture) continue
  compared += 1
  test(`${component}, ${fixture.name}`, () => {
    let theirs = asOurs.all(fixture.html, fixture.options)
    theirs = asOurs[component]?.(theirs, fixture.options) ?? theirs
    assert.equal(squeezed(readFileSync(path.join(golden, file), 'utf8')), squeezed(theirs))
  })
}

test('every component has a fixture to be compared with', () => assert.ok(compared >= 45, `${compared} compared`))
