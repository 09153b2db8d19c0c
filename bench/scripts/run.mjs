// Measures the servers that bench/scripts/run names, one at a time, and prints Markdown.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [mik, tools] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const rounds = Number(process.env.ROUNDS ?? 5);
const seconds = Number(process.env.SECONDS_EACH ?? 3);
const connections = (process.env.CONNECTIONS ?? '1 8 64').split(' ');
const ticksPerSecond = 100;
const scripts = [['json', 'JSON'], ['one', 'one call'], ['three', 'three in parallel']];
const servers = [
  { name: 'mik', start: [mik, 'run', '--config', join(here, 'mik.toml'), '--port', '4031'], url: 'http://127.0.0.1:4031/script/' },
  { name: 'workerd', start: [realProgram(join(tools, 'node_modules')), 'serve', join(here, 'workerd.capnp')], url: 'http://127.0.0.1:4032/' },
  { name: 'Node.js', start: ['node', join(here, 'server.mjs')], url: 'http://127.0.0.1:4033/' },
];

// The npm package starts the program in a process of its own, whose time would be missed.
function realProgram(modules) {
  const folder = readdirSync(join(modules, '@cloudflare')).find((name) => name.startsWith('workerd-'));
  return join(modules, '@cloudflare', folder, 'bin', 'workerd');
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const rounded = (value) => Math.round(value).toLocaleString('en-US');

/** Microseconds of processor time that a process has used. */
function processorTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1e6;
}

function load(url, count, duration) {
  const { stdout } = spawnSync('wrk', ['-t', String(Math.min(Number(count), 2)), '-c', count, '-d', `${duration}s`, '--timeout', '10s', '--latency', url], { encoding: 'utf8' });
  const number = (pattern) => stdout.match(pattern)?.[1];
  const tail = stdout.match(/99%\s+([\d.]+)(us|ms|s)/);
  return {
    rate: Number(number(/Requests\/sec:\s+([\d.]+)/)),
    requests: Number(number(/(\d+) requests in/)),
    tail: Number(tail?.[1]) * { us: 0.001, ms: 1, s: 1000 }[tail?.[2] ?? 'ms'],
    failed: Number(number(/Non-2xx or 3xx responses: (\d+)/) ?? 0),
  };
}

async function answers(url) {
  for (let tries = 0; tries < 200; tries++) {
    if (await fetch(url, { headers: { connection: 'close' } }).then((response) => response.ok, () => false)) {
      return;
    }

    await new Promise((resolve) => setTimeout(resolve, 100));
  }

  throw new Error(`no answer from ${url}`);
}

/** What mik itself measured of the heaps of a script, in microseconds for each request. */
async function heaps(script) {
  const text = await (await fetch('http://127.0.0.1:4031/metrics', { headers: { connection: 'close' } })).text();
  const read = (name) => Number(text.match(new RegExp(`^${name}\\{script="${script}"\\} (.+)$`, 'm'))?.[1]);
  return { count: read('mik_script_heap_seconds_count'), take: read('mik_script_heap_seconds_sum'), run: read('mik_script_run_seconds_sum'), reset: read('mik_script_heap_reset_seconds_total') };
}

const started = servers.map((server) => ({ ...server, process: spawn(server.start[0], server.start.slice(1), { stdio: 'ignore' }) }));
try {
  for (const { url } of started) {
    await answers(`${url}json`);
  }

  const results = new Map();
  for (let round = 0; round <= rounds; round++) {
    for (const server of started) {
      for (const [script] of scripts) {
        for (const count of connections) {
          const before = processorTime(server.process.pid);
          const figures = load(server.url + script, count, round === 0 ? 1 : seconds);
          figures.processor = (processorTime(server.process.pid) - before) / figures.requests;
          const key = `${server.name} ${script} ${count}`;
          // The first round warms up.
          results.set(key, round === 0 ? [] : [...results.get(key), figures]);
        }
      }
    }
  }

  const of = (server, script, count, what) => median(results.get(`${server} ${script} ${count}`).map((figures) => figures[what]));
  const last = connections.at(-1);
  row('script', ...connections.map((count) => `${count} connections`), `99 % at ${last}`, `processor µs at ${last}`);
  row('---', ...connections.map(() => '--:'), '--:', '--:');
  for (const [script, title] of scripts) {
    for (const { name } of started) {
      row(`${name}, ${title}`, ...connections.map((count) => rounded(of(name, script, count, 'rate'))), `${of(name, script, last, 'tail').toFixed(1)} ms`, of(name, script, last, 'processor').toFixed(1));
    }
  }

  console.log('');
  for (const [script, title] of scripts) {
    const rates = connections.map((count) => (of('mik', script, count, 'rate') / of('workerd', script, count, 'rate')).toFixed(2));
    console.log(`mik / workerd, ${title}: ${rates.join(', ')}; per processor ${(of('workerd', script, last, 'processor') / of('mik', script, last, 'processor')).toFixed(2)}`);
  }

  const failed = [...results.values()].flat().reduce((sum, figures) => sum + figures.failed, 0);
  console.log(`answers that were no success: ${failed}`);

  const lines = [...results].map(([key, figures]) => `${JSON.stringify(key)}: [\n${figures.map((entry) => JSON.stringify(entry)).join(',\n')}\n]`);
  mkdirSync(join(here, '../results'), { recursive: true });
  writeFileSync(join(here, '../results/scripts.json'), `{${lines.join(',\n')}}\n`);

  load('http://127.0.0.1:4031/script/empty', '1', 2);
  const before = await heaps('empty');
  load('http://127.0.0.1:4031/script/empty', '1', seconds);
  const after = await heaps('empty');
  const each = (what) => ((after[what] - before[what]) / (after.count - before.count)) * 1e6;
  console.log(`a fresh heap, µs (${rounded(after.count - before.count)} requests of an empty script): take ${each('take').toFixed(2)}, run ${each('run').toFixed(2)}, reset ${each('reset').toFixed(2)}, all ${(each('take') + each('run') + each('reset')).toFixed(2)}`);
} finally {
  started.forEach((server) => server.process.kill());
}
