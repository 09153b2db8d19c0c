// Servers to measure: started when needed, started again when they stop answering, ended with all that they started.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const running = new Set();
process.on('exit', () => running.forEach((server) => server.stop()));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

/** The status of one request; 0 when there is no answer in time. */
export const ask = (url, timeout = 3000) => new Promise((resolve) => {
  const request = get(url, { agent: false, timeout }, (response) => {
    response.resume();
    response.on('end', () => resolve(response.statusCode)).on('error', () => {}).on('close', () => resolve(0));
  });
  request.on('timeout', () => request.destroy());
  request.on('error', () => resolve(0));
});

/** Waits for a 200; false when none comes. */
export const answers = async (url, milliseconds) => {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) {
    if (await ask(url, Math.max(1, end - Date.now())) === 200) return true;
    await delay(1);
  }
  return false;
};

export class Server {
  /** @param {{ name: string, command: string[], probe: string, log: string, env?: object }} settings */
  constructor(settings) { Object.assign(this, settings); }

  start() {
    const log = openSync(this.log, 'a');
    const [file, ...args] = this.command;
    this.child = spawn(file, args, { detached: true, stdio: ['ignore', log, log], env: { ...process.env, ...this.env } });
    closeSync(log);
    this.child.on('error', () => {});
    this.ended = new Promise((resolve) => { this.child.on('exit', resolve).on('error', resolve); });
    running.add(this);
  }

  /** Ends the process and its children at once. */
  stop() {
    if (this.child?.pid) try { process.kill(-this.child.pid, 'SIGKILL'); } catch { /* it has ended */ }
    running.delete(this);
    this.child = undefined;
  }

  /** Whether it answers, after a start when it must. */
  async isUp() {
    if (this.child && await ask(this.probe) === 200) return true;
    this.stop();
    this.start();
    return answers(this.probe, 60_000);
  }

  /** Milliseconds from starting the process to its first answer; NaN when there is none. */
  async firstAnswer() {
    const from = performance.now();
    this.start();
    const isUp = await answers(this.probe, 30_000);
    const elapsed = performance.now() - from;
    const { ended } = this;
    this.stop();
    await ended;
    return isUp ? elapsed : NaN;
  }
}
