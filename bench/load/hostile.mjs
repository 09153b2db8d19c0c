// bench/hostile: see there.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { MIK, PORT = '4081', TIMEOUT = '10', MEMORY_LIMIT = '128', PEAK_MB = '256', LEFT_MB = '64' } = process.env;
const guests = [
  'memory', 'memory-trap', 'handles', 'pollables', 'fields', 'append', 'clones', 'views', 'trailers', 'bodies', 'small-bodies', 'finished-bodies',
  'requests', 'request-bodies', 'unsent-requests', 'timers', 'dropped-timers', 'random', 'values', 'output', 'churn',
];
const scripts = [
  'heap', 'calls', 'small-calls', 'refused-calls', 'answers', 'call-headers', 'call-names', 'guest-memory', 'timers', 'cancelled-timers', 'log',
  'response', 'error', 'rejections',
];
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// A host that takes requests and never answers.
const silent = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
await new Promise((resolve) => silent.once('listening', resolve));
const { port: silentPort } = silent.address();

const targets = [
  ...guests.map((way) => [`guest ${way}`, `/run/hostile/?what=${way}&port=${silentPort}`]),
  ['guest tables', '/run/tables/'],
  ['guest resources', '/run/resources/'],
  ...scripts.map((way) => [`script ${way}`, `/script/hostile?way=${way}`]),
].filter(([name]) => process.argv.length === 2 || process.argv.slice(2).some((way) => name.includes(way)));

const folder = mkdtempSync(join(tmpdir(), 'mik-hostile-'));
for (const part of ['modules', 'scripts']) mkdirSync(join(folder, part));
for (const name of ['hello/hello', 'slow/slow', 'big/big', 'hostile/hostile', 'hostile/tables', 'hostile/resources']) {
  cpSync(`guests/${name}.wasm`, join(folder, 'modules', `${name.split('/')[1]}.wasm`));
}
cpSync('guests/hostile/hostile.js', join(folder, 'scripts/hostile.js'));
writeFileSync(join(folder, 'mik.toml'), `[project]
name = "hostile"
[server]
scripts = "scripts/"
execution_timeout_secs = ${TIMEOUT}
memory_limit_mb = ${MEMORY_LIMIT}
http_allowed = ["127.0.0.1"]
`);

const server = spawn(MIK, ['run', '--port', PORT, '--config', join(folder, 'mik.toml')], { stdio: 'ignore' });
const status = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) / 1024;
const ask = (path) => fetch(`http://127.0.0.1:${PORT}${path}`).then(async (response) => [response.status, await response.text()], (error) => [0, String(error.cause ?? error)]);
process.on('exit', () => {
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

while ((await ask('/health'))[0] !== 200) await sleep(100);
for (let i = 0; i < 50; i++) await Promise.all([ask('/run/hello/'), ask('/run/big/'), ask('/script/hostile'), ask('/run/hostile/')]);
await sleep(3000);
const idle = status('VmRSS');
console.log(`idle ${idle.toFixed(0)} MB, ${targets.length} ways, limit ${MEMORY_LIMIT} MB, deadline ${TIMEOUT} s\n`);
console.log('| way | answer | s | peak above idle, MB | then, MB | after s | hello meanwhile, ms |\n|---|---|--:|--:|--:|--:|--:|');

let failed = 0;
for (const [name, path] of targets) {
  // An answer between failures keeps the circuit closed.
  await ask('/run/hostile/');
  writeFileSync(`/proc/${server.pid}/clear_refs`, '5');
  const startedAt = Date.now();
  let isDone = false;
  const slowest = (async () => {
    let most = 0;
    while (!isDone) {
      const askedAt = performance.now();
      await ask('/run/hello/');
      most = Math.max(most, performance.now() - askedAt);
      await sleep(50);
    }
    return most;
  })();
  const [code, text] = await ask(path);
  const seconds = (Date.now() - startedAt) / 1000;
  isDone = true;
  const hello = await slowest;
  const peak = status('VmHWM') - idle;
  let limit = '';
  try {
    const problem = JSON.parse(text);
    limit = ` ${problem.type?.split(':').pop() ?? ''} ${problem.limit ?? ''}`;
  } catch {
    limit = ` ${text.slice(0, 20).trim()}`;
  }
  const endedAt = Date.now();
  const left = () => status('VmRSS') - idle;
  while (left() > Number(LEFT_MB) && Date.now() - endedAt < 60_000) await sleep(500);
  if (peak > Number(PEAK_MB) || left() > Number(LEFT_MB)) failed++;
  console.log(`| ${name} | ${code}${limit} | ${seconds.toFixed(1)} | ${peak.toFixed(0)} | ${left().toFixed(0)} | ${((Date.now() - endedAt) / 1000).toFixed(0)} | ${hello.toFixed(0)} |`);
}

console.log(`\n${failed} of ${targets.length} ways above ${PEAK_MB} MB, or a minute later above ${LEFT_MB} MB`);
process.exit(failed > 0 ? 1 : 0);
