// FormData, and bodies that are forms.
import { encode, decode } from './encoding.js';
import { joined } from './bytes.js';
import { Blob, File } from './blob.js';

export class FormData {
  #entries = [];

  append(name, value, fileName) {
    this.#entries.push([String(name), entryOf(value, fileName)]);
  }

  set(name, value, fileName) {
    const key = String(name);
    const at = this.#entries.findIndex(([known]) => known === key);
    const entry = [key, entryOf(value, fileName)];
    if (at < 0) {
      this.#entries.push(entry);
    } else {
      this.#entries = this.#entries.filter(([known], index) => known !== key || index === at);
      this.#entries[at] = entry;
    }
  }

  delete(name) {
    this.#entries = this.#entries.filter(([known]) => known !== String(name));
  }

  get(name) {
    return this.#entries.find(([known]) => known === String(name))?.[1] ?? null;
  }

  getAll(name) {
    return this.#entries.filter(([known]) => known === String(name)).map(([, value]) => value);
  }

  has(name) {
    return this.#entries.some(([known]) => known === String(name));
  }

  forEach(callback, self) {
    for (const [name, value] of this) {
      callback.call(self, value, name, this);
    }
  }

  * entries() {
    for (const [name, value] of this.#entries) {
      yield [name, value];
    }
  }

  * keys() {
    for (const [name] of this.#entries) {
      yield name;
    }
  }

  * values() {
    for (const [, value] of this.#entries) {
      yield value;
    }
  }
}

Object.defineProperty(FormData.prototype, Symbol.iterator, { value: FormData.prototype.entries, writable: true, configurable: true });

const entryOf = (value, fileName) => (value instanceof Blob
  ? value instanceof File && fileName === undefined ? value : new File([value], fileName ?? 'blob', { type: value.type })
  : String(value));

const escaped = (name) => name.replace(/\r\n?|\n/g, '%0D%0A').replace(/"/g, '%22');

/** A form as a multipart body. */
export function multipart(form) {
  const boundary = `----formdata-${Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  const parts = [];
  for (const [name, value] of form) {
    const isFile = typeof value !== 'string';
    parts.push(encode(`--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"${isFile ? `; filename="${escaped(value.name)}"\r\nContent-Type: ${value.type || 'application/octet-stream'}` : ''}\r\n\r\n`));
    parts.push(isFile ? Blob.bytesOf(value) : encode(value.replace(/\r\n?|\n/g, '\r\n')));
    parts.push(encode('\r\n'));
  }

  parts.push(encode(`--${boundary}--\r\n`));
  return { source: joined(parts), type: `multipart/form-data; boundary=${boundary}` };
}

const latin = (bytes) => {
  const parts = [];
  for (let at = 0; at < bytes.length; at += 4096) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 4096)));
  }

  return parts.join('');
};

/** The form that a body is. */
export function formDataOf(bytes, type) {
  const form = new FormData();
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    for (const [name, value] of new URLSearchParams(decode(bytes))) {
      form.append(name, value);
    }

    return form;
  }

  const boundary = /^multipart\/form-data\b.*?;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type);
  if (boundary === null) {
    throw new TypeError(`a body of type "${type}" is no form`);
  }

  const text = latin(bytes);
  const mark = `--${boundary[1] ?? boundary[2]}`;
  let at = text.indexOf(mark);
  while (at >= 0 && text.startsWith('\r\n', at + mark.length)) {
    const head = at + mark.length + 2;
    const body = text.indexOf('\r\n\r\n', head);
    at = text.indexOf(`\r\n${mark}`, body < 0 ? head : body + 2);
    if (body < 0 || at < 0) {
      throw new TypeError('the form ends before its last part does');
    }

    addPart(form, decode(bytes.subarray(head, body)), bytes.slice(Math.min(body + 4, at), at));
    at += 2;
  }

  return form;
}

function addPart(form, head, bytes) {
  const disposition = /^content-disposition:\s*form-data\b(.*)$/im.exec(head)?.[1] ?? '';
  const parameter = (name) => new RegExp(`;\\s*${name}="([^"]*)"`, 'i').exec(disposition)?.[1]?.replace(/%0D%0A/gi, '\r\n').replace(/%22/g, '"');
  const name = parameter('name');
  if (name === undefined) {
    throw new TypeError('a part of the form has no name');
  }

  const fileName = parameter('filename');
  form.append(name, fileName === undefined ? decode(bytes) : new File([bytes], fileName, { type: /^content-type:\s*(\S.*?)\s*$/im.exec(head)?.[1] ?? 'text/plain' }));
}
