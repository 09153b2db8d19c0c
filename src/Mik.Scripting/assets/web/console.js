// The whole of console: every line goes to the log of the host, with its level.
import { formatLine, inspect } from './format.js';

const levels = { debug: 0, log: 1, info: 1, warn: 2, error: 3 };

/** @param host Has log(level, text); levels are 0 (debug) to 3 (error). */
export function makeConsole(host) {
  const counts = new Map();
  const timers = new Map();
  let indent = '';
  const write = (level, text) => host.log(level, indent === '' ? text : indent + text.replaceAll('\n', `\n${indent}`));
  const console = {};
  for (const name of Object.keys(levels)) {
    console[name] = (...values) => write(levels[name], formatLine(values));
  }

  console.dir = (value) => write(1, inspect(value));
  console.dirxml = console.log;
  console.trace = (...values) => {
    const { stack } = new Error();
    write(0, `${['Trace', formatLine(values)].filter(Boolean).join(': ')}\n${stack.slice(stack.indexOf('\n') + 1).trimEnd()}`);
  };
  console.assert = (condition, ...values) => {
    if (!condition) {
      console.error(...(typeof values[0] === 'string' ? [`Assertion failed: ${values[0]}`, ...values.slice(1)] : ['Assertion failed', ...values]));
    }
  };
  console.count = (label = 'default') => {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    console.log(`${label}: ${counts.get(label)}`);
  };
  console.countReset = (label = 'default') => {
    counts.delete(label);
  };
  console.time = (label = 'default') => {
    timers.set(label, performance.now());
  };
  const tell = (label, values) => {
    if (timers.has(label)) {
      write(1, [`${label}: ${Math.round((performance.now() - timers.get(label)) * 1000) / 1000} ms`, formatLine(values)].filter(Boolean).join(' '));
    } else {
      console.warn(`there is no timer '${label}'`);
    }
  };
  console.timeLog = (label = 'default', ...values) => tell(label, values);
  console.timeEnd = (label = 'default') => {
    tell(label, []);
    timers.delete(label);
  };
  console.group = (...values) => {
    if (values.length > 0) {
      console.log(...values);
    }

    indent += '  ';
  };
  console.groupCollapsed = console.group;
  console.groupEnd = () => {
    indent = indent.slice(2);
  };
  console.clear = () => {};
  console.table = (data, columns) => write(1, typeof data === 'object' && data !== null ? table(data, columns) : formatLine([data]));
  return console;
}

const shown = (value) => (typeof value === 'string' ? value : inspect(value).replaceAll('\n', ' '));

function table(data, only) {
  const rows = data instanceof Map ? [...data] : data instanceof Set ? [...data].entries() : Object.entries(data);
  const lines = [];
  const columns = [];
  for (const [index, row] of rows) {
    const isObject = typeof row === 'object' && row !== null;
    const cells = isObject ? { ...row } : { Values: row };
    Object.keys(cells).filter((name) => !columns.includes(name)).forEach((name) => columns.push(name));
    lines.push([shown(index), cells]);
  }

  const kept = only === undefined ? columns : columns.filter((name) => name === 'Values' || only.includes(name));
  const text = [['(index)', ...kept], ...lines.map(([index, cells]) => [index, ...kept.map((name) => (name in cells ? shown(cells[name]) : ''))])];
  const widths = text[0].map((_, at) => Math.max(...text.map((row) => row[at].length)));
  return text.map((row) => row.map((cell, at) => cell.padEnd(widths[at])).join(' | ').trimEnd()).join('\n');
}
