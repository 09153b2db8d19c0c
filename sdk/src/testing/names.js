// Names of tests, and the rows of test.each.
const shown = (value) => (typeof value === 'string' ? value : typeof value === 'function' ? value.name : typeof value === 'bigint' ? `${value}n` : JSON.stringify(value) ?? String(value));

/** The name that a test or group was given: a text, a function or a class. */
export const nameOf = (given) => (typeof given === 'function' ? given.name || '(anonymous)' : String(given));

/** The rows of `each`: a list, or a table in a template literal with its columns' names in the first line. */
export function rowsOf(given, values) {
  if (!Array.isArray(given?.raw)) {
    return [...given];
  }

  const columns = given[0].split('|').map((name) => name.trim());
  const rows = [];
  for (let at = 0; at < values.length; at += columns.length) {
    rows.push(Object.fromEntries(columns.map((name, index) => [name, values[at + index]])));
  }

  return rows;
}

/** What a row passes to its test. */
export const valuesOf = (row) => (Array.isArray(row) ? row : [row]);

/** The name of a row's test: %s and its kin stand for values in turn, %# for the row's number, $name for a member of the row. */
export function filled(name, row, number) {
  const values = valuesOf(row);
  let next = 0;
  const text = name.replace(/%[sdifjoOp#$%]/g, (mark) => {
    switch (mark) {
      case '%%':
        return '%';
      case '%#':
        return String(number);
      case '%$':
        return String(number + 1);
      default:
        return next < values.length ? shown(values[next++]) : mark;
    }
  });
  return Array.isArray(row) || typeof row !== 'object' || row === null ? text : text.replace(/\$([\w$]+(?:\.[\w$]+)*)/g, (mark, path) => {
    let at = row;
    for (const key of path.split('.')) {
      if (at === null || at === undefined || !(key in Object(at))) {
        return mark;
      }

      at = at[key];
    }

    return shown(at);
  });
}
