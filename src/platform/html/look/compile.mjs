// node compile.mjs FOLDER: writes the stylesheet, scripts and icon there.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import path from 'node:path'

const here = path.dirname(fileURLToPath(import.meta.url))
const root = path.resolve(here, '../../../..')
const modules = path.join(root, 'node_modules')
const folder = process.argv[2]

const sass = await import('sass').catch(() => {
  console.error(`${root}: error: the npm packages are not there. Run: npm ci --ignore-scripts`)
  process.exit(1)
})
const { css } = sass.compile(path.join(here, 'guildhall.scss'), {
  style: 'compressed',
  loadPaths: [modules],
  quietDeps: true,
})
const frontend = readFileSync(path.join(modules, 'govuk-frontend/dist/govuk/govuk-frontend.min.js'), 'utf8')

writeFileSync(path.join(folder, 'guildhall.css'), css)
writeFileSync(path.join(folder, 'govuk-frontend.mjs'), frontend.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'))
for (const file of ['guildhall.mjs', 'icon.svg']) {
  writeFileSync(path.join(folder, file), readFileSync(path.join(here, file)))
}
