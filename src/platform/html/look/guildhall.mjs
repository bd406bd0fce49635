// Everything works without this; it adds govuk-frontend's behaviour where the browser can.
import { initAll } from './govuk-frontend.mjs'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()
