// Everything works without this; it adds govuk-frontend's behaviour where the browser can.
import { initAll } from './govuk-frontend.mjs'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()

// Parts that are kept up to date; see html::live. Asks only while the page is seen and somebody has used it lately, so
// that a page left open keeps nobody signed in.
const everyMs = 5_000
const unusedForMs = 10 * 60_000
let usedAt = Date.now()
for (const kind of ['pointerdown', 'keydown', 'scroll']) {
  addEventListener(kind, () => (usedAt = Date.now()), { passive: true, capture: true })
}

function keepLive(part) {
  const status = document.getElementById(`${part.id}-status`)
  let version = part.dataset.liveVersion
  let asking = false

  const parts = () => [part, ...document.querySelectorAll(`[data-live-too="${part.id}"]`)]
  const inUse = (element) => element.contains(document.activeElement) || element.querySelector(':checked:not(option)') ||
    [...element.querySelectorAll('input:not([type=hidden], [type=checkbox], [type=radio]), textarea')].some((field) => field.value !== field.defaultValue)

  async function look() {
    if (asking || document.hidden || Date.now() - usedAt > unusedForMs) return
    asking = true
    try {
      const now = await fetch(part.dataset.live, { headers: { Accept: 'text/plain' } })
      if (!now.ok || now.redirected) return clearInterval(timer)
      const changed = await now.text()
      if (changed === version || parts().some(inUse)) return
      const page = await fetch(location.href)
      if (!page.ok || page.redirected) return
      const fresh = new DOMParser().parseFromString(await page.text(), 'text/html')
      if (parts().some(inUse)) return
      for (const old of parts()) {
        const unfolded = [...old.querySelectorAll('details')].map((each) => each.open)
        const next = fresh.getElementById(old.id)
        if (!next) continue
        old.replaceChildren(...next.childNodes)
        old.querySelectorAll('details').forEach((each, i) => (each.open ||= unfolded[i] ?? false))
      }
      version = fresh.getElementById(part.id)?.dataset.liveVersion ?? changed
      status.textContent = ''
      setTimeout(() => (status.textContent = part.dataset.liveSays), 100)
    } catch {
      // The network is away: the next time.
    } finally {
      asking = false
    }
  }
  const timer = setInterval(look, everyMs)
  document.addEventListener('visibilitychange', look)
}
document.querySelectorAll('[data-live]').forEach(keepLive)
