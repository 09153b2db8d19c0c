// Runs every kernel on every engine, one after the other, ROUNDS times; prints medians as Markdown and keeps the raw figures.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

const [root, ...chosen] = process.argv.slice(2);
const here = `${root}/bench/kernels`;
const setting = (name, otherwise) => Number(process.env[name] ?? otherwise);
const rounds = setting('ROUNDS', 5);
const times = [setting('WARM', 300), setting('SLICE', 20), setting('SLICES', 9)].map(String);
// Code that was compiled ahead of time is compiled again function by function as it gets hot: that must be over.
const longer = [setting('WARM_QUICKJS', 3000), setting('SLICE', 20), setting('SLICES', 9)].map(String);
const code = `${root}/artifacts/bench-kernels/code`;
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
  const waits = script ? longer : times;
  const native = `${root}/artifacts/bench-kernels/${name}`;
  return {
    mik: [mik, [module, ...waits, ...more]],
    ...(script ? { precompiled: [mik, [module, ...waits, ...more], { MACHINE_CODE: code }] } : {}),
    // What is written in text has objects and exceptions: there V8 inlines by what its baseline compiler saw.
    v8: [process.execPath, [...(existsSync(`${here}/src/${name}.wat`) ? [] : ['--no-liftoff']), `${here}/v8.mjs`, module, ...times, ...more]],
    ...(script ? {} : { wasmtime: [mik, [module, ...times], { ENGINE: 'wasmtime' }] }),
    ...(!script && existsSync(native) ? { native: [native, times] } : {}),
  };
};

const raw = [];
const measure = (name, script) => {
  const figures = {};
  let expected;
  for (const [engine, [command, args, env]] of Object.entries(commandsOf(name, script))) {
    let output;
    try {
      output = execFileSync(command, args, { encoding: 'utf8', timeout: 120_000, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      // Without the ahead-of-time compiler, or the native library of Wasmtime, that column stays empty.
      if (env) continue;
      throw error;
    }
    const [time, check] = output.trim().split(' ');
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

const table = (names, title, engines, compared) => {
  if (names.length === 0) return;
  const rows = names.map((name) => {
    const mine = raw.filter((row) => row.name === name);
    return { name, medians: engines.map((engine) => mine.every((row) => row[engine] > 0) ? median(mine.map((row) => row[engine])) : NaN),
      ratios: compared.map(([over, under]) => median(mine.map((row) => row[over] / row[under]))) };
  });
  console.log(`| ${[title, ...engines, ...compared.map((pair) => pair.join(' / '))].join(' | ')} |`);
  console.log(`|---|${'--:|'.repeat(engines.length + compared.length)}`);
  const fixed = (value) => Number.isNaN(value) ? '–' : value.toFixed(2);
  const row = (name, cells, ratios) => console.log(`| ${[name, ...cells, ...ratios.map(fixed)].join(' | ')} |`);
  for (const { name, medians, ratios } of rows) row(name, medians.map((time) => Number.isNaN(time) ? '–' : format(time)), ratios);
  row('geometric mean', engines.map(() => ''), compared.map((_, i) => mean(rows.map(({ ratios }) => ratios[i]))));
  console.log('');
};

table(kernels, 'kernel, one iteration', ['mik', 'v8', 'wasmtime', 'native'], [['mik', 'v8'], ['mik', 'wasmtime'], ['mik', 'native']]);
table(scripts.map((name) => `quickjs-${name}`), 'JavaScript in QuickJS', ['mik', 'precompiled', 'v8'], [['mik', 'v8'], ['precompiled', 'v8']]);

if (chosen.length === 0) {
  mkdirSync(`${root}/bench/results`, { recursive: true });
  const header = { date: new Date().toISOString(), cpu: cpus()[0].model, cpus: cpus().length, node: process.version, rounds, warmSliceSlices: times, unit: 'ns' };
  writeFileSync(`${root}/bench/results/kernels.json`, `{"machine": ${JSON.stringify(header)},\n"rows": [\n${raw.map((row) => JSON.stringify(row)).join(',\n')}\n]}\n`);
}
