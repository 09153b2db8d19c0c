// Runs every kernel on every engine, one after the other, ROUNDS times; prints medians as Markdown and keeps the raw figures.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

const [root, ...chosen] = process.argv.slice(2);
const here = `${root}/bench/kernels`;
const setting = (name, otherwise) => Number(process.env[name] ?? otherwise);
const rounds = setting('ROUNDS', 5);
const times = [setting('WARM', 300), setting('SLICE', 20), setting('SLICES', 9)].map(String);
const mik = `${root}/artifacts/bin/Kernels/release/Kernels`;

const wanted = (name) => chosen.length === 0 || chosen.includes(name);
const kernels = readdirSync(`${here}/wasm`).map((file) => file.replace('.wasm', '')).filter(wanted);
const scripts = readdirSync(`${here}/scripts`).map((file) => file.replace('.js', '')).filter((name) => wanted(`quickjs-${name}`));

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const mean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
const format = (nanoseconds) => nanoseconds < 1e4 ? `${nanoseconds.toFixed(0)} ns` : nanoseconds < 1e7 ? `${(nanoseconds / 1e3).toFixed(1)} µs` : `${(nanoseconds / 1e6).toFixed(1)} ms`;

const commandsOf = (name, script) => {
  const module = script ? `${root}/artifacts/script-assets/quickjs.wasm` : `${here}/wasm/${name}.wasm`;
  const more = script ? [`${here}/scripts/${script}.js`] : [];
  const native = `${root}/artifacts/bench-kernels/${name}`;
  return {
    mik: [mik, [module, ...times, ...more]],
    v8: [process.execPath, ['--no-liftoff', `${here}/v8.mjs`, module, ...times, ...more]],
    ...(!script && existsSync(native) ? { native: [native, times] } : {}),
  };
};

const raw = [];
const measure = (name, script) => {
  const figures = {};
  let expected;
  for (const [engine, [command, args]] of Object.entries(commandsOf(name, script))) {
    const [time, check] = execFileSync(command, args, { encoding: 'utf8', timeout: 120_000 }).trim().split(' ');
    if (check !== (expected ??= check)) throw new Error(`${name}: ${engine} computes ${check}, mik ${expected}`);
    figures[engine] = Number(time);
  }
  raw.push({ name: script ? `quickjs-${script}` : name, ...figures });
};

for (let round = 0; round < rounds; round++) {
  for (const name of kernels) measure(name);
  for (const script of scripts) measure('quickjs', script);
  process.stderr.write(`round ${round + 1} of ${rounds}\n`);
}

const table = (names, title, engines) => {
  if (names.length === 0) return;
  const rows = names.map((name) => {
    const mine = raw.filter((row) => row.name === name);
    return { name, medians: engines.map((engine) => mine.every((row) => row[engine]) ? median(mine.map((row) => row[engine])) : NaN),
      ratio: median(mine.map((row) => row.mik / row.v8)), native: median(mine.map((row) => row.mik / row.native)) };
  });
  const toNative = engines.includes('native');
  console.log(`| ${title} | ${engines.join(' | ')} | mik / V8 |${toNative ? ' mik / native |' : ''}`);
  console.log(`|---|${'--:|'.repeat(engines.length + 1 + toNative)}`);
  const fixed = (value) => Number.isNaN(value) ? '–' : value.toFixed(2);
  for (const row of rows) {
    console.log(`| ${row.name} | ${row.medians.map((time) => Number.isNaN(time) ? '–' : format(time)).join(' | ')} | ${fixed(row.ratio)} |${toNative ? ` ${fixed(row.native)} |` : ''}`);
  }
  console.log(`| geometric mean |${' |'.repeat(engines.length)} ${fixed(mean(rows.map((row) => row.ratio)))} |${toNative ? ` ${fixed(mean(rows.map((row) => row.native)))} |` : ''}\n`);
};

table(kernels, 'kernel, one iteration', ['mik', 'v8', 'native']);
table(scripts.map((name) => `quickjs-${name}`), 'JavaScript in QuickJS', ['mik', 'v8']);

if (chosen.length === 0) {
  mkdirSync(`${root}/bench/results`, { recursive: true });
  const header = { date: new Date().toISOString(), cpu: cpus()[0].model, cpus: cpus().length, node: process.version, rounds, warmSliceSlices: times, unit: 'ns' };
  writeFileSync(`${root}/bench/results/kernels.json`, `{"machine": ${JSON.stringify(header)},\n"rows": [\n${raw.map((row) => JSON.stringify(row)).join(',\n')}\n]}\n`);
}
