// Values as a reader wants to see them: for console and for the messages of failed tests.
const MAX_ITEMS = 100;
const MAX_TEXT = 10_000;

const isName = (key) => /^[A-Za-z_$][\w$]*$/.test(key);

function text(value, quoted) {
  const cut = value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}… (${value.length} characters)` : value;
  return quoted ? JSON.stringify(cut) : cut;
}

function entries(value) {
  if (value instanceof Map) {
    return [...value].map(([key, item]) => [key, item, ' => ']);
  }

  return Reflect.ownKeys(value)
    .filter((key) => Object.prototype.propertyIsEnumerable.call(value, key))
    .map((key) => [key, value[key], ': ']);
}

function list(open, items, close, depth) {
  if (items.length === 0) {
    return open.trimEnd() + close;
  }

  const shown = items.slice(0, MAX_ITEMS);
  if (items.length > MAX_ITEMS) {
    shown.push(`… ${items.length - MAX_ITEMS} more`);
  }

  const line = shown.join(', ');
  if (line.length + depth * 2 <= 72 && !line.includes('\n')) {
    return open === '[' ? `[${line}]` : `${open} ${line} ${close}`;
  }

  const indent = '  '.repeat(depth + 1);
  return `${open}\n${indent}${shown.join(`,\n${indent}`)}\n${'  '.repeat(depth)}${close}`;
}

function show(value, depth, seen) {
  switch (typeof value) {
    case 'string':
      return text(value, true);
    case 'bigint':
      return `${value}n`;
    case 'function':
      return `[${/^class\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'function'} ${value.name || '(anonymous)'}]`;
    case 'object':
      return value === null ? 'null' : showObject(value, depth, seen);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    default:
      return String(value);
  }
}

function showObject(value, depth, seen) {
  if (seen.includes(value)) {
    return '[circular]';
  }

  if (value instanceof Error) {
    return depth === 0 && value.stack ? `${value.name}: ${value.message}\n${value.stack}`.trimEnd() : `[${value.name}: ${value.message}]`;
  }

  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? 'Date(invalid)' : `Date(${value.toISOString()})`;
  }

  if (value instanceof RegExp) {
    return String(value);
  }

  const inside = [...seen, value];
  if (depth > 6) {
    return Array.isArray(value) ? '[…]' : '{…}';
  }

  const item = (child) => show(child, depth + 1, inside);
  if (Array.isArray(value)) {
    return list('[', Array.from(value, item), ']', depth);
  }

  if (value instanceof Set) {
    return list(`Set(${value.size}) {`, [...value].map(item), '}', depth);
  }

  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return list(`${value.constructor.name}(${value.length}) [`, Array.from(value.subarray(0, MAX_ITEMS), String), ']', depth);
  }

  const name = value instanceof Map ? `Map(${value.size})` : Object.getPrototypeOf(value)?.constructor?.name;
  const shown = entries(value).map(([key, child, between]) => {
    const label = between === ' => ' ? item(key) : typeof key === 'symbol' ? `[${String(key)}]` : isName(key) ? key : JSON.stringify(key);
    return label + between + item(child);
  });
  return list(name && name !== 'Object' ? `${name} {` : '{', shown, '}', depth);
}

/** A value in the notation of a program. */
export const inspect = (value) => show(value, 0, []);

/** The arguments of console.log as one text; %s, %d and the like are replaced. */
export function formatLine(values) {
  const rest = [...values];
  let line = '';
  if (typeof rest[0] === 'string' && rest.length > 1 && /%[sdifoOj]/.test(rest[0])) {
    const pattern = rest.shift();
    line = pattern.replace(/%([sdifoOj%])/g, (whole, kind) => {
      if (kind === '%' || rest.length === 0) {
        return kind === '%' ? '%' : whole;
      }

      const value = rest.shift();
      return kind === 's' && typeof value !== 'object' ? String(value)
        : kind === 'd' || kind === 'f' ? String(Number(value))
          : kind === 'i' ? String(Math.trunc(Number(value)))
            : inspect(value);
    });
    rest.unshift(line);
  }

  return rest.map((value) => (typeof value === 'string' ? text(value, false) : inspect(value))).join(' ');
}
