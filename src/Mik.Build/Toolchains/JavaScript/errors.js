// An error that nobody caught, as its author wants to see it: message, stack and source line, in the files as written.
import { inspect } from './web.js';

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const before = 2;
const after = 1;
const widest = 160;
const mostCauses = 3;

/** The segments of one line of the bundle: [column, source, line, column there]. */
function segmentsOf(mappings, wanted) {
  let [source, line, column] = [0, 0, 0];
  const segments = [];
  for (const [number, text] of mappings.split(';').slice(0, wanted).entries()) {
    let at = 0;
    for (const segment of text === '' ? [] : text.split(',')) {
      const numbers = numbersOf(segment);
      at += numbers[0];
      if (numbers.length > 1) {
        source += numbers[1];
        line += numbers[2];
        column += numbers[3];
      }

      if (number === wanted - 1) {
        segments.push([at, source, line, column]);
      }
    }
  }

  return segments;
}

function numbersOf(segment) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = digits.indexOf(digit);
    value |= (bits & 31) << shift;
    shift += 5;
    if (bits < 32) {
      numbers.push(value & 1 ? -(value >> 1) : value >> 1);
      value = 0;
      shift = 0;
    }
  }

  return numbers;
}

function locate(map, line, column) {
  const segment = segmentsOf(map.mappings, line).findLast(([at]) => at <= column - 1);
  return segment === undefined ? null : { source: segment[1], line: segment[2] + 1, column: segment[3] + 1 };
}

function framesOf(error, map) {
  const frames = [];
  for (const text of String(error.stack ?? '').split('\n')) {
    const match = /^\s*at (?:(.*?) \()?([^()]*?):(\d+):(\d+)\)?$/.exec(text);
    const place = match === null || !map.files.includes(match[2]) ? null : locate(map, Number(match[3]), Number(match[4]));
    if (place !== null && !map.sources[place.source].startsWith('.mik/')) {
      frames.push({ ...place, name: match[1] === undefined || /^<.*>$/.test(match[1]) ? '' : match[1], file: map.sources[place.source] });
    }
  }

  return frames;
}

function codeFrame(text, { line, column }) {
  const lines = text.split('\n');
  const last = Math.min(lines.length, line + after);
  const width = String(last).length;
  const shown = [];
  for (let number = Math.max(1, line - before); number <= last; number++) {
    shown.push(`${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${lines[number - 1].replaceAll('\t', ' ').slice(0, widest)}`.trimEnd());
    if (number === line && column <= widest) {
      shown.push(`  ${' '.repeat(width)} | ${' '.repeat(Math.max(column - 1, 0))}^`);
    }
  }

  return shown;
}

/** An error as text. */
export function explain(error, depth = 0) {
  if (!(error instanceof Error)) {
    return `Uncaught ${inspect(error)}`;
  }

  const map = globalThis.mikSourceMap;
  const frames = map === undefined ? [] : framesOf(error, map);
  const lines = [`${error.name}: ${error.message}`, ...frames.map(({ name, file, line, column }) => `  at ${name === '' ? '' : `${name} (`}${file}:${line}:${column}${name === '' ? '' : ')'}`)];
  const text = frames.length === 0 ? undefined : map.sourcesContent?.[frames[0].source];
  if (text !== undefined) {
    lines.push(...codeFrame(text, frames[0]));
  } else if (map === undefined && error.stack) {
    lines.push(String(error.stack).trimEnd());
  }

  const cause = error.cause ?? error.errors?.[0];
  return cause === undefined || depth >= mostCauses ? lines.join('\n') : `${lines.join('\n')}\ncaused by ${explain(cause, depth + 1)}`;
}

export const tell = (error) => console.error(explain(error));
