// Drives processes_survive.sh: programs and an officer who do their part while the server is killed at moments that a
// seed chooses, and who try again until they are answered. Then what is there is compared with what was acknowledged.
//
//   node processes_survive.mjs GUILDHALL KEY CASES KILLS STOPS OPTION…     the options say where the environment is
//
// KILLS: of the server, by SIGKILL. STOPS: of PostgreSQL, by GUILDHALL_TEST_PG_CTL. Writes the file `facts`.
import { execFile, spawn } from 'node:child_process';
import { appendFileSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

const [guildhall, key, ...rest] = process.argv.slice(2);
const [count, kills, stops] = rest.splice(0, 3).map(Number);
const where = rest;
const run = promisify(execFile);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const command = async (...words) => (await run(guildhall, [...words, ...where], { maxBuffer: 1 << 28 })).stdout;
const facts = [];
const fact = (name, value) => facts.push(`${name} ${value}`);

const seed = Number(process.env.GUILDHALL_SEED ?? Date.now() % 1_000_000);
console.log(`      seed ${seed} (GUILDHALL_SEED=${seed} runs it again)`);
let state = seed;
function random() { // mulberry32
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}
const below = (limit) => Math.floor(random() * limit);
const uuid = (number) =>
  `0191d5a0-7c1e-7${below(4096).toString(16).padStart(3, '0')}-8000-${number.toString(16).padStart(12, '0')}`;

setTimeout(() => {
  console.log(`      not done in time: ${acknowledged} acknowledged, ${answered.size} letters, ${open.size} cases open`);
  server.process.kill('SIGKILL');
  process.exit(1);
}, 180_000).unref();

// ---- The server, and what happens to it

const server = {
  async start() {
    this.process = spawn(guildhall, ['serve', '--port', '0', '--lease', '2', ...where], {
      stdio: ['ignore', 'pipe', openSync('log', 'a')],
    });
    this.ended = new Promise((ended) => this.process.on('exit', ended));
    let printed = '';
    this.url = await new Promise((ready, failed) => {
      this.process.stdout.on('data', (text) => {
        printed += text;
        const port = printed.match(/on port (\d+)/);
        if (port) ready(`http://127.0.0.1:${port[1]}/api/v1/`);
      });
      this.process.on('exit', () => failed(new Error('the server did not start')));
    });
  },
  async kill(signal) {
    this.process.kill(signal);
    return this.ended;
  },
};

// Until there is an answer that says something.
async function ask(method, path, body) {
  for (;;) {
    try {
      const response = await fetch(server.url + path, {
        method,
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      });
      const json = await response.json();
      if (response.status < 500) return { status: response.status, json };
    } catch {
      // Killed before or while it answered: who knows what it has stored?
    }
    await sleep(20);
  }
}

let acknowledged = 0;
let killed = 0;
let stopped = 0;
// Moments in the order of acknowledgements, which come however slow the machine is.
const disturbances = Array.from({ length: kills + stops }, (_, i) => ({
  after: Math.floor(4 * count * (0.03 + 0.85 * random())),
  what: i < kills ? 'kill' : 'stop',
})).sort((a, b) => a.after - b.after);
async function disturb() {
  for (const { after, what } of disturbances) {
    while (acknowledged < after) await sleep(5);
    await sleep(below(40));
    if (what === 'kill') {
      await server.kill('SIGKILL');
      await server.start();
      ++killed;
    } else {
      await run(process.env.GUILDHALL_TEST_PG_CTL, ['stop', '-m', 'immediate']);
      await sleep(below(200));
      await run(process.env.GUILDHALL_TEST_PG_CTL, ['start']);
      ++stopped;
    }
  }
}

// ---- Those who do their part

const cases = Array.from({ length: count }, (_, i) => ({ id: uuid(i + 1), order: i + 1 }));
const open = new Set(); // Opened, not yet known to have ended.
let strange = 0; // Answers that contradict earlier ones.

// Each takes the next until none is left.
async function inParallel(workers, items, each) {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (const item of queue) await each(item);
    }),
  );
}

async function resident(one) {
  for (let times = 1 + Number(below(5) === 0); times > 0; --times) {
    const { status, json } = await ask('POST', 'processes/permit/cases', { id: one.id, variables: { order: one.order } });
    if (status !== 201 && status !== 200) throw new Error(`opening a case is answered ${status}`);
    if (one.reference && one.reference !== json.reference) ++strange;
    one.reference = json.reference;
  }
  open.add(one);
  ++acknowledged;
}

async function payer(one) {
  while (!one.reference) await sleep(20);
  for (let times = 1 + Number(below(5) === 0); times > 0; --times) {
    const { status } = await ask('POST', 'messages', {
      name: 'paid',
      id: `payment-${one.order}`,
      variables: { order: one.order },
    });
    if (status !== 202) throw new Error(`a payment is answered ${status}`);
  }
  ++acknowledged;
}

// At the command line, beside the server.
async function officer(one) {
  while (!one.reference) await sleep(20);
  for (let seen = false; ; ) {
    const { json } = await ask('GET', `cases/${one.reference}`);
    const task = json.tasks.some((each) => each.element === 'check');
    if (seen && !task) break; // Done, though the command couldn't say so.
    seen ||= task;
    if (task && (await command('case', 'complete', one.reference, 'check', '--by', 's.field').then(() => true, () => false))) {
      break;
    }
    if (!task) await sleep(50);
  }
  ++acknowledged;
}

const answered = new Set();
async function isToBePrinted(id) {
  const { json } = await ask('GET', `cases/${id}`);
  return json.waits.some((wait) => wait.topic === 'letters');
}
async function printer() {
  while (answered.size < count) {
    const { status, json } = await ask('POST', 'work/claim', { topic: 'letters', limit: 1 + below(8), lease_seconds: 2 });
    if (status !== 200) throw new Error(`a claim is answered ${status}`);
    for (const work of json.work) {
      appendFileSync('letters', `${work.key}\n`);
      if (below(20) === 0) continue; // It forgets to say so.
      const done = await ask('POST', `work/${work.job}/complete`, { claim: work.claim, variables: {} });
      if (done.status !== 200 && done.status !== 409) throw new Error(`work is answered ${done.status}`);
      // 409 says that it is done, or that somebody else has it by now.
      if (done.status === 409 && (await isToBePrinted(work.case))) continue;
      if (!answered.has(work.key)) ++acknowledged;
      answered.add(work.key);
    }
    if (json.work.length === 0) await sleep(30);
  }
}

await server.start();
const started = Date.now();
await Promise.all([
  disturb(),
  inParallel(6, cases, resident),
  inParallel(4, cases, payer),
  inParallel(3, cases, officer),
  printer(),
  printer(),
]);
while (open.size > 0) {
  for (const one of open) {
    if ((await ask('GET', `cases/${one.reference}`)).json.state !== 'running') open.delete(one);
  }
  await sleep(50);
}
console.log(`      ${count} cases, ${killed} kills, ${stopped} stops of PostgreSQL: ${(Date.now() - started) / 1000} s`);
fact('killed', killed);
fact('stopped', stopped);
fact('contradictions', strange);
fact('exit code of the server', await server.kill('SIGTERM'));

// ---- What is there

const known = new Map(cases.map((one) => [one.id, one]));
const lines = (text) => text.split('\n').filter(Boolean).map((line) => line.split('\t'));
const shown = [];
for (const [what, ...words] of lines(await command('case', 'show', ...cases.map((one) => one.reference)))) {
  if (what === 'case') shown.push({ id: words[2], state: words[1], variables: {}, history: [], left: 0 });
  const one = shown.at(-1);
  if (what === 'process') one.instance = words[3];
  if (what === 'variable') one.variables[words[0]] = words[1];
  if (what === 'history') one.history.push(words);
  if (['task', 'wait', 'incident'].includes(what)) ++one.left;
}
const numberOf = (holds) => shown.filter((one) => known.has(one.id) && holds(one)).length;
const steps = ['written', 'checked', 'payments', 'rested'];
fact('cases in the list', lines(await command('case', 'list')).length);
fact('completed', numberOf((one) => one.state === 'completed' && one.left === 0));
fact('with their own order', numberOf((one) => one.variables.order === String(known.get(one.id).order)));
fact('with each step once', numberOf((one) => steps.every((step) => one.variables[step] === '1')));
fact('with a history without gaps', numberOf((one) => one.history.every((entry, i) => entry[0] === String(i + 1))));
// Started, the letter, the check, the payment, the timer: nothing else happens to them.
fact('with five entries in it', numberOf((one) => one.history.length === 5));
const printed = new Set(readFileSync('letters', 'utf8').trim().split('\n'));
fact('with their letter printed', numberOf((one) => [...printed].some((each) => each.startsWith(`${one.instance}#`))));
fact('keys of letters', printed.size);
fact('jobs left', lines(await command('job', 'list')).length);
writeFileSync('facts', facts.join('\n') + '\n');
process.exit(0);
