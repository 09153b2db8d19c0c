/**
 * Header fields as an object of names and values: given as one, or as pairs, which a Headers, a Map or a list has. A name that comes more than once has all of its values.
 */
export function fieldsOf(headers) {
  if (headers === undefined || headers === null) {
    return {};
  }

  if (typeof headers !== 'object') {
    throw new TypeError(`headers are an object, a Headers or a list of pairs, not ${typeof headers}`);
  }

  return typeof headers[Symbol.iterator] === 'function' ? fieldsOfPairs(headers) : headers;
}

function fieldsOfPairs(pairs) {
  const fields = Object.create(null);
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new TypeError('headers that are a list have pairs of a name and a value');
    }

    const [name, value] = pair;
    fields[name] = fields[name] === undefined ? value : [].concat(fields[name], value);
  }

  return fields;
}
