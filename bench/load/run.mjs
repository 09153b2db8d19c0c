// What bench/run does once everything is built; see there.
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { Server } from './servers.mjs';

const root = process.argv[2];
const setting = (name, otherwise) => process.env[name] ?? otherwise;
const rounds = Number(setting('ROUNDS', 5)), seconds = Number(setting('SECONDS_EACH', 2)), starts = Number(setting('STARTS', 5));
const connections = setting('CONNECTIONS', '1 8 64').split(' ').map(Number);
const only = setting('ONLY', 'load start half limits').split(' ');
const deadline = Date.now() + Number(setting('MINUTES', 22)) * 60_000;

const work = mkdtempSync(`${tmpdir()}/mik-bench-`);
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
const mik = `${root}/artifacts/mik/mik`;
const kestrel = `${root}/artifacts/bin/BareKestrel/release/BareKestrel`;
const jco = `${root}/guests/node_modules/@bytecodealliance/jco/src/jco.js`;
const workerd = `${root}/artifacts/bench-tools/node_modules/.bin/workerd`;

const componentOf = (guest) => [`${root}/guests/${guest}/${guest}.wasm`, `${root}/guests/out/${guest}.wasm`].find(existsSync);
const guests = setting('GUESTS', 'hello echo cpu rust qjs-handler js-handler js-fetch').split(' ').filter(componentOf);
// Machine code is kept from run to run: it is found by the engine and the content that it was made of.
const machineCode = `${root}/artifacts/bench-home`;
const precompile = async (guest) => {
  note(`precompiling ${guest}`);
  await execute(mik, ['cache', 'precompile', componentOf(guest)], 120_000, { MIK_HOME: machineCode });
};
const raw = { machine: { date: new Date().toISOString(), cpu: cpus()[0].model, cpus: cpus().length, memory: totalmem(), node: process.version, rounds, seconds }, load: [], start: [], half: [], limits: [] };

const median = (values) => [...values].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)[values.filter((value) => !Number.isNaN(value)).length >> 1] ?? NaN;
const number = (value, digits = 0) => Number.isNaN(value) || value === undefined ? '–' : value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits });
const note = (text) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const head = (...cells) => { row(...cells); console.log(`|${cells.map((_, i) => i === 0 ? '---' : '--:').join('|')}|`); };
const execute = (file, args, milliseconds, env = {}) => new Promise((resolve) =>
  execFile(file, args, { timeout: milliseconds, killSignal: 'SIGKILL', env: { ...process.env, ...env }, maxBuffer: 1 << 26 }, (error, output) => resolve(error ? '' : output)));

// One folder of modules and scripts, so that one process of mik serves everything, with a cache of its own.
const mikServer = (name, port, more = '') => {
  const folder = `${work}/${name}`;
  mkdirSync(`${folder}/modules`, { recursive: true });
  for (const guest of guests) copyFileSync(componentOf(guest), `${folder}/modules/${guest}.wasm`);
  writeFileSync(`${folder}/mik.toml`, `[project]\nname = "bench"\n[server]\nscripts = "${root}/bench/scripts"\nmodules = "modules"\n${more}`);
  return new Server({
    name: 'mik', command: [mik, 'run', '--config', `${folder}/mik.toml`, '--port', String(port)], probe: `http://127.0.0.1:${port}/run/hello/`,
    log: `${folder}/log`, env: { MIK_HOME: setting('PRECOMPILE', '1') === '1' ? machineCode : `${work}/home` },
  });
};
const kestrelServer = (port) => new Server({
  name: 'Kestrel', command: [kestrel, '--urls', `http://127.0.0.1:${port}`, '--answers', `${work}/answers`], probe: `http://127.0.0.1:${port}/`, log: `${work}/kestrel.log`,
});
const jcoServer = (guest, port) => new Server({
  name: 'jco serve', command: [process.execPath, jco, 'serve', '--port', String(port), componentOf(guest)], probe: `http://127.0.0.1:${port}/`, log: `${work}/jco.log`,
});
const workerdServer = () => new Server({
  name: 'workerd', command: [workerd, 'serve', `${root}/bench/load/workerd.capnp`], probe: 'http://127.0.0.1:4012/', log: `${work}/workerd.log`,
});

/** One measurement by wrk. */
const load = async (url, count, bytes) => {
  const script = bytes ? ['-s', `${root}/bench/load/post.lua`] : [];
  const output = await execute('wrk', ['-t', String(Math.min(count, 2)), '-c', String(count), '-d', `${seconds}s`, '--timeout', '5s', '--latency', ...script, url],
    (seconds + 10) * 1000, bytes ? { BYTES: String(bytes) } : {});
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1] ?? NaN);
  const [, tail, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(output) ?? [];
  const failures = Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0)
    + [.../Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output) ?? []].slice(1).reduce((sum, value) => sum + Number(value), 0);
  return { rate: rate > 0 ? rate : NaN, p99: Number(tail ?? NaN) * { us: 0.001, ms: 1, s: 1000 }[unit ?? 'ms'], failures };
};

const loads = async () => {
  const mine = mikServer('all', 4010, 'max_per_module_requests = 1000\n'), bare = kestrelServer(4011), worker = workerdServer();
  const workloads = [
    { name: 'hello', guest: 'hello', path: '/run/hello/', kestrel: '/' },
    { name: 'echo 1 KB', guest: 'echo', path: '/run/echo/', kestrel: '/echo', bytes: 1024 },
    { name: 'echo 1 MB', guest: 'echo', path: '/run/echo/', kestrel: '/echo', bytes: 1 << 20 },
    { name: 'cpu (SHA-256 of 64 KB)', guest: 'cpu', path: '/run/cpu/?n=64', answer: 'cpu' },
    { name: 'QuickJS', guest: 'qjs-handler', path: '/run/qjs-handler/', answer: 'qjs', worker: '/' },
    { name: 'StarlingMonkey', guest: 'js-handler', path: '/run/js-handler/', answer: 'js', worker: '/' },
    { name: 'script', path: '/script/json', answer: 'script', worker: '/script/json' },
  ].filter(({ guest }) => !guest || guests.includes(guest));

  mkdirSync(`${work}/answers`, { recursive: true });
  if (setting('PRECOMPILE', '1') === '1') for (const guest of guests) await precompile(guest);
  if (!await mine.isUp()) throw new Error(`mik does not answer:\n${readFileSync(mine.log, 'utf8').slice(-2000)}`);
  for (const { answer, path } of workloads) {
    if (answer) writeFileSync(`${work}/answers/${answer}`, Buffer.from(await (await fetch(`http://127.0.0.1:4010${path}`)).arrayBuffer()));
  }
  let port = 4020;
  for (const workload of workloads) {
    const { name, path, answer, guest } = workload;
    workload.targets = [{ server: mine, url: `http://127.0.0.1:4010${path}` }, { server: bare, url: `http://127.0.0.1:4011${answer ? `/answer/${answer}` : workload.kestrel}` }];
    // qjs-handler exports mik:core/handler, which jco does not serve.
    if (guest && guest !== 'qjs-handler' && existsSync(jco)) {
      const shared = workloads.find((other) => other !== workload && other.guest === guest && other.targets)?.targets.find(({ server }) => server.name === 'jco serve');
      const server = shared?.server ?? jcoServer(guest, ++port);
      workload.targets.push({ server, url: server.probe.slice(0, -1) + path.replace(/^\/run\/[^/]+/, '') });
    }
    if (workload.worker && existsSync(workerd)) workload.targets.push({ server: worker, url: `http://127.0.0.1:4012${workload.worker}` });
    for (const target of workload.targets) {
      const isUp = await target.server.isUp();
      target.misses = isUp ? 0 : 2;
      if (isUp) await load(target.url, 2, workload.bytes);
      else note(`${target.server.name} does not answer for ${name}`);
    }
  }

  let done = 0;
  for (; done < rounds; done++) {
    const from = Date.now();
    for (const workload of workloads) {
      for (const count of connections) {
        for (const target of workload.targets) {
          // A server that stopped answering twice is not waited for again with this work.
          if (target.misses >= 2) continue;
          if (!await target.server.isUp()) {
            target.misses = 2;
            continue;
          }
          const result = await load(target.url, count, workload.bytes);
          if (Number.isNaN(result.rate) || result.failures > 0) {
            target.misses++;
            note(`${target.server.name}, ${workload.name}, ${count} connections: ${result.failures || 'no'} ${result.failures ? 'failures' : 'answers'}`);
          }
          raw.load.push({ round: done, workload: workload.name, server: target.server.name, connections: count, ...result });
        }
      }
    }
    note(`round ${done + 1} of ${rounds}`);
    if (done + 1 < rounds && Date.now() + (Date.now() - from) > deadline) {
      note('no time for more rounds');
      done++;
      break;
    }
  }
  raw.machine.roundsDone = done;
  for (const { targets } of workloads) targets.forEach(({ server }) => server.stop());

  const most = connections.at(-1);
  console.log(`\nRequests per second, median of ${done} rounds of ${seconds} s.\n`);
  head('', ...connections.map((count) => count === 1 ? '1 connection' : `${count}`), `99 % at ${most}, ms`, `mik / it at ${most}`);
  for (const { name, targets } of workloads) {
    const cell = (server, count, what) => median(raw.load.filter((entry) => entry.workload === name && entry.server === server && entry.connections === count).map((entry) => entry[what]));
    const mineThere = cell('mik', most, 'rate');
    for (const { server, misses } of targets) {
      const failures = raw.load.filter((entry) => entry.workload === name && entry.server === server.name && (entry.failures > 0 || Number.isNaN(entry.rate))).length;
      row(`${name}, ${server.name}${failures > 0 || misses >= 2 ? ` (failed in ${failures || 'all'})` : ''}`, ...connections.map((count) => number(cell(server.name, count, 'rate'))),
        number(cell(server.name, most, 'p99'), 1), server === targets[0].server ? '' : number(mineThere / cell(server.name, most, 'rate'), 2));
    }
  }
};

/** Process start to first response: precompiled, with the translated code that an earlier start kept, and with nothing kept. */
const firstResponses = async () => {
  const cold = (guest, port, home) => new Server({
    name: guest, command: [mik, 'run', componentOf(guest), '--port', String(port)], probe: `http://127.0.0.1:${port}/run/${guest}/${guest === 'cpu' ? '?n=1' : ''}`,
    log: `${work}/cold.log`, env: { MIK_HOME: home },
  });
  const kinds = guests.flatMap((guest) => ['precompiled', 'kept', 'nothing'].map((state) => ({ name: `mik, ${guest}`, state, guest })));
  kinds.push({ name: 'bare Kestrel', make: () => kestrelServer(4051) });
  if (existsSync(workerd)) kinds.push({ name: 'workerd', make: workerdServer });
  if (existsSync(jco)) kinds.push(...['hello', 'js-handler'].filter((guest) => guests.includes(guest)).map((guest) => ({ name: `jco serve, ${guest}`, make: () => jcoServer(guest, 4052) })));
  mkdirSync(`${work}/answers`, { recursive: true });
  for (const guest of guests) {
    await precompile(guest);
    await cold(guest, 4050, machineCode).firstAnswer();
    await cold(guest, 4050, `${work}/kept`).firstAnswer();
  }
  for (let round = 0; round < starts; round++) {
    for (const kind of kinds) {
      const home = kind.state === 'precompiled' ? machineCode : `${work}/${kind.state}`;
      if (kind.state === 'nothing') rmSync(home, { recursive: true, force: true });
      raw.start.push({ name: kind.name, state: kind.state, ms: await (kind.make?.() ?? cold(kind.guest, 4050, home)).firstAnswer() });
    }
  }
  note('starts measured');
  const of = (name, state) => median(raw.start.filter((entry) => entry.name === name && entry.state === state).map((entry) => entry.ms));
  const bare = of('bare Kestrel');
  console.log(`\nProcess start to first response, median of ${starts}, ms.\n`);
  head('', 'precompiled', 'translated before', 'nothing kept', 'translated before / Kestrel', 'precompiled / Kestrel');
  for (const name of new Set(kinds.map((kind) => kind.name))) {
    if (name.startsWith('mik')) row(name, number(of(name, 'precompiled')), number(of(name, 'kept')), number(of(name, 'nothing')), number(of(name, 'kept') / bare, 2), number(of(name, 'precompiled') / bare, 2));
    else row(name, '', '', number(of(name)), '', '');
  }
};

/** The 99th percentile, in ms, of requests that come at a fixed rate. */
const percentile = async (url, rate) => {
  const log = `${work}/h2load.log`;
  rmSync(log, { force: true });
  const clients = 64;
  await execute('h2load', ['--h1', '-t', '1', '-c', String(clients), '--rps', String(Math.max(1, Math.round(rate / clients))), '-D', '4', '--warm-up-time', '1', '--log-file', log, url], 20_000);
  if (!existsSync(log)) return NaN;
  const times = readFileSync(log, 'utf8').trim().split('\n').map((line) => Number(line.split('\t')[2]) / 1000).filter((time) => time >= 0).sort((a, b) => a - b);
  return times.length > 100 ? times[Math.floor(times.length * 0.99)] : NaN;
};

const halfLoad = async () => {
  const mine = mikServer('half', 4060, 'max_per_module_requests = 1000\n'), bare = kestrelServer(4061);
  mkdirSync(`${work}/answers`, { recursive: true });
  const targets = [[mine, 'http://127.0.0.1:4060/run/hello/'], [bare, 'http://127.0.0.1:4061/']];
  for (const [server, url] of targets) if (await server.isUp()) await load(url, 64);
  const full = (await load(targets[0][1], 64)).rate;
  for (let round = 0; round < Math.max(rounds, 3); round++) {
    for (const [server, url] of targets) raw.half.push({ name: server.name, rate: full / 2, p99: await percentile(url, full / 2) });
  }
  targets.forEach(([server]) => server.stop());
  note('half load measured');
  const of = (name) => median(raw.half.filter((entry) => entry.name === name).map((entry) => entry.p99));
  console.log(`\nhello at ${number(full / 2)} requests per second (half of what mik can), 64 connections: 99th percentile, ms.\n`);
  head('mik', 'bare Kestrel', 'mik / Kestrel');
  row(number(of('mik'), 2), number(of('Kestrel'), 2), number(of('mik') / of('Kestrel'), 2));
};

/** Limits as they are by default, and so large that nothing comes near them. */
const limits = async () => {
  const none = 'execution_timeout_secs = 1000000\nmemory_limit_mb = 65536\nmax_concurrent_requests = 100000\nmax_per_module_requests = 100000\nmax_body_size_mb = 1000000\n';
  const servers = [['default', mikServer('limited', 4070, 'max_per_module_requests = 64\n')], ['out of reach', mikServer('unlimited', 4071, none)]];
  for (const [, server] of servers) if (await server.isUp()) await load(server.probe, 64);
  for (let round = 0; round < rounds; round++) {
    for (const [name, server] of servers) raw.limits.push({ name, ...await load(server.probe, 64) });
  }
  servers.forEach(([, server]) => server.stop());
  const of = (name) => median(raw.limits.filter((entry) => entry.name === name).map((entry) => entry.rate));
  console.log('\nhello at 64 connections, requests per second, limits by default and out of reach.\n');
  head('default', 'out of reach', 'default / out of reach');
  row(number(of('default')), number(of('out of reach')), number(of('default') / of('out of reach'), 2));
};

const parts = { load: loads, start: firstResponses, half: halfLoad, limits };
// What is short goes first, so that the rounds of the load can use the time that is left.
for (const name of ['start', 'half', 'limits', 'load'].filter((part) => only.includes(part))) {
  try {
    await parts[name]();
  } catch (error) {
    console.log(`\n${name} was not measured: ${error.message}`);
  }
}
mkdirSync(`${root}/bench/results`, { recursive: true });
const lines = Object.entries(raw).map(([name, value]) => Array.isArray(value) ? `"${name}": [\n${value.map((entry) => JSON.stringify(entry)).join(',\n')}\n]` : `"${name}": ${JSON.stringify(value)}`);
writeFileSync(`${root}/bench/results/run.json`, `{${lines.join(',\n')}}\n`);
process.exit(0);
