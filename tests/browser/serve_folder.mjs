// node serve_folder.mjs FOLDER PORT: serves files as Guildhall does, under its content security policy; /form is form.html.
import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'

const [folder, port] = process.argv.slice(2)
const types = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml' }

createServer((request, response) => {
  const name = path.posix.normalize(new URL(request.url, 'http://localhost').pathname)
  const file = path.join(folder, name === '/' ? 'index.html' : path.extname(name) ? name : `${name}.html`)
  response.setHeader('Content-Security-Policy',
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
  if (!existsSync(file)) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, { 'Content-Type': types[path.extname(file)] })
  createReadStream(file).pipe(response)
}).listen(Number(port), '127.0.0.1')
