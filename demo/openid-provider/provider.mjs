// A real OpenID provider with invented people, on the loopback interface: for the demonstration council and the tests.
// Everything is in memory and new at each start. Never for production.
//
//   node provider.mjs --client-jwk client-public.json --redirect-uri https://localhost:8080/signin/callback/partners
//     [--port 0] [--client-id guildhall] [--post-logout-redirect-uri https://localhost:8080/signout/done]
//     [--client-secret SECRET]   client_secret_basic in place of a key
//
// When it is ready it prints one line of JSON: {"issuer", "client_id", "passphrase", "people"}. SIGTERM ends it.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

// Standard output is for the one line, and that everything is in memory is said above.
console.log = console.error;
console.info = console.warn = () => {};
const { default: Provider } = await import('oidc-provider');

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'client-id': { type: 'string', default: 'guildhall' },
    'client-jwk': { type: 'string' },
    'client-secret': { type: 'string' },
    'redirect-uri': { type: 'string', multiple: true, default: [] },
    'post-logout-redirect-uri': { type: 'string', multiple: true, default: [] },
  },
});
if (options['redirect-uri'].length === 0 || !(options['client-jwk'] || options['client-secret'])) {
  console.error('Say --redirect-uri, and --client-jwk (a file, or the JSON itself) or --client-secret.');
  process.exit(2);
}

const passphrase = 'borset demo only';
const people = [
  { sub: 'wp-4471', signin: 'd.pritchard', name: 'Dai Pritchard', job: 'Police sergeant',
    organisation: 'Westshire Police', groups: ['guildhall-police'] },
  { sub: 'ma-0012', signin: 'r.adeyemi', name: 'Ruth Adeyemi', job: 'Safeguarding lead',
    organisation: 'Mill Lane Academy', groups: ['guildhall-school'] },
  { sub: 'bc-2093', signin: 'k.lindqvist', name: 'Karin Lindqvist', job: 'Social worker',
    organisation: 'Borsetshire Children and Families', groups: ['guildhall-social-care'] },
  { sub: 'wp-9950', signin: 't.moss', name: 'Tom Moss', job: 'Police officer, not in a group that may enter',
    organisation: 'Westshire Police', groups: [] },
];
const acr = 'urn:guildhall:demo:passphrase';

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });

function clientCredential() {
  if (options['client-secret']) {
    return { token_endpoint_auth_method: 'client_secret_basic', client_secret: options['client-secret'] };
  }
  const given = options['client-jwk'];
  const jwk = JSON.parse(given.trimStart().startsWith('{') ? given : readFileSync(given, 'utf8'));
  return {
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: jwk.alg ?? 'ES256',
    jwks: { keys: [jwk] },
  };
}

function configuration() {
  return {
    acrValues: [acr],
    claims: { openid: ['sub'], profile: ['name', 'organisation', 'groups'], acr: null, amr: null, auth_time: null },
    clients: [{
      client_id: options['client-id'],
      ...clientCredential(),
      redirect_uris: options['redirect-uri'],
      post_logout_redirect_uris: options['post-logout-redirect-uri'],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      id_token_signed_response_alg: 'ES256',
      require_auth_time: true,
    }],
    conformIdTokenClaims: false, // The claims are in the ID token, and at userinfo too.
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        logoutSource(ctx, form) {
          ctx.body = page('Sign out', `${form}
            <p>Do you want to sign out of Partner sign-in too?</p>
            <button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>`);
        },
        postLogoutSuccessSource(ctx) {
          ctx.body = page('Signed out', '<p>You are signed out of Partner sign-in.</p>');
        },
      },
    },
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    jwks: { keys: [{ ...key, alg: 'ES256', use: 'sig', kid: randomBytes(8).toString('hex') }] },
    pkce: { required: () => true, methods: ['S256'] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 28800 },
    findAccount(ctx, sub) {
      const person = people.find((each) => each.sub === sub);
      return person && {
        accountId: sub,
        claims: () => ({ sub, name: person.name, organisation: person.organisation, groups: person.groups }),
      };
    },
    // The council asks for nothing that a person would have to agree to.
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
    async renderError(ctx, out) {
      ctx.type = 'html';
      ctx.body = page('Sorry, there is a problem', `<p>${escaped(out.error)}: ${escaped(out.error_description ?? '')}</p>`);
    },
  };
}

function escaped(text) {
  return String(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

function page(title, content) {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} - Partner sign-in (demonstration)</title>
<style>
  body { margin: 0; font: 1.1875rem/1.4 sans-serif; color: #0b0c0c; background: #fff; }
  header { padding: .75rem 1rem; color: #fff; background: #1d3557; font-weight: bold; }
  main { max-width: 36rem; padding: 1rem; }
  label { display: block; font-weight: bold; margin-top: 1rem; }
  input { box-sizing: border-box; width: 100%; padding: .5rem; font: inherit; border: 2px solid #0b0c0c; }
  button { margin-top: 1.5rem; padding: .625rem 1rem; font: inherit; color: #fff; background: #1d3557; border: 0; }
  :focus { outline: 3px solid #0b0c0c; outline-offset: 2px; background-color: #fd0; color: #0b0c0c; }
  .error { padding: 1rem; border: 4px solid #b3261e; }
  .error a { color: #b3261e; font-weight: bold; }
</style>
</head>
<body>
<header>Partner sign-in (demonstration)</header>
<main>
<h1>${escaped(title)}</h1>
${content}
</main>
</body>
</html>`;
}

function signinPage(uid, typed, wrong) {
  const error = wrong
    ? `<div class="error" role="alert"><h2>There is a problem</h2>
       <p><a href="#signin">The sign-in name or passphrase is wrong</a></p></div>` : '';
  const list = people.map(({ signin, name, job }) => `<li><strong>${signin}</strong>: ${name}, ${job}</li>`).join('');
  return page('Sign in', `${error}
<form method="post" action="/interaction/${escaped(uid)}" novalidate>
  <label for="signin">Sign-in name</label>
  <input id="signin" name="signin" autocomplete="username" spellcheck="false" autocapitalize="none"
         value="${escaped(typed)}">
  <label for="passphrase">Passphrase</label>
  <input id="passphrase" name="passphrase" type="password" autocomplete="current-password">
  <button type="submit">Sign in</button>
</form>
<h2>Invented people</h2>
<p>The passphrase of each is <strong>${passphrase}</strong></p>
<ul>${list}</ul>`);
}

async function formOf(request) {
  let body = '';
  for await (const piece of request) {
    body += piece;
    if (body.length > 10_000) throw new Error('The form is too long.');
  }
  return new URLSearchParams(body);
}

async function interact(provider, request, response) {
  const { uid } = await provider.interactionDetails(request, response);
  const show = (typed, wrong) => response
    .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store',
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'" })
    .end(signinPage(uid, typed, wrong));
  if (request.method !== 'POST') return show('', false);
  const form = await formOf(request);
  const typed = (form.get('signin') ?? '').trim();
  const person = people.find(({ signin }) => signin === typed);
  if (!person || form.get('passphrase') !== passphrase) return show(typed, true);
  return provider.interactionFinished(request, response,
    { login: { accountId: person.sub, acr, amr: ['pwd'], remember: false } });
}

const server = createServer();
server.listen(Number(options.port), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration());
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url.startsWith('/interaction/')) return void answer(request, response);
    interact(provider, request, response).catch((error) => {
      if (response.headersSent) return response.destroy(error);
      return response.writeHead(400, { 'Content-Type': 'text/html; charset=utf-8' })
        .end(page('Sorry, there is a problem', '<p>Go back to where you came from and start again.</p>'));
    });
  });
  const listed = people.map(({ signin, name, organisation, job }) => ({ signin, name, organisation, job }));
  process.stdout.write(`${JSON.stringify({ issuer, client_id: options['client-id'], passphrase, people: listed })}\n`);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
