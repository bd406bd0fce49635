// The reference of decisions.cpp: the same tables and expressions by feelin. Arguments: the file of cases, seconds.
// Prints a line for each case and way: name, way, evaluations a second, results compared, results that differ.
//
// feelin's unaryTest and evaluate read their text each time; it has no other face. A function that FEEL itself makes
// (`function(value) value in (…)`) is read once, though, and can be called again and again: "compiled" below.
// As an engine on top of feelin would, tables skip "-", stop at the first entry that doesn't hold and at the first rule
// that matches, and have their outputs computed beforehand.

import { readFileSync } from 'node:fs';

import { evaluate, unaryTest } from 'feelin';

const [file, seconds] = [process.argv[2], Number(process.argv[3])];
const { cases } = JSON.parse(readFileSync(file, 'utf8'));

const same = (ours, theirs) =>
  typeof ours === 'number' && typeof theirs === 'number' ? Math.abs(ours - theirs) <= 1e-9 * Math.abs(ours)
    : JSON.stringify(ours) === JSON.stringify(theirs ?? null);

function measure({ name, rows, results }, way, decide) {
  // All rows; of large tables as many as fit in the time.
  let compared = 0;
  let different = 0;
  const begin = performance.now();
  for (; compared < rows.length && performance.now() - begin < 5000 * seconds; ++compared) {
    if (!same(results[compared], decide(rows[compared]))) ++different;
  }
  let best = 0;
  let next = 0;
  for (let slice = 0; slice < 5; ++slice) {
    let count = 0;
    const from = performance.now();
    let now = from;
    do {
      for (let i = 0; i < (compared < rows.length ? 1 : 100); ++i, ++count) decide(rows[next++ % rows.length]);
      now = performance.now();
    } while (now - from < 200 * seconds);
    best = Math.max(best, count / (now - from) * 1000);
  }
  console.log([name, way, best, compared, different].join('\t'));
}

const compiledTests = new Map();
function compiledTest(text) {
  if (!compiledTests.has(text)) compiledTests.set(text, evaluate(`function(value) value in (${text})`).value);
  return compiledTests.get(text);
}

for (const each of cases) {
  if (each.rules) {
    const outputs = each.rules.map(rule => evaluate(rule.output).value);
    const first = holds => row => {
      const rule = each.rules.findIndex(
        ({ entries }) => entries.every((entry, i) => holds(entry, row[each.inputs[i]])));
      return rule < 0 ? null : outputs[rule];
    };
    measure(each, 'text', first((entry, value) => entry === '-' || unaryTest(entry, { '?': value }).value === true));
    for (const rule of each.rules) rule.entries = rule.entries.map(entry => entry === '-' ? null : compiledTest(entry));
    measure(each, 'compiled', first((test, value) => test === null || test.invoke([value]) === true));
  } else {
    measure(each, 'text', row => evaluate(each.expression, row).value);
    const compiled = evaluate(`function(${each.inputs.join(', ')}) ${each.expression}`).value;
    measure(each, 'compiled', row => compiled.invoke(each.inputs.map(name => row[name])));
  }
}
