// Inputs for the Web API, as functions that give what JSON can say. Run in Node.js and in mik's own engine: both must say the same.
const q = JSON.stringify;
const list = [];
const add = (...sources) => list.push(...sources);

const parts = 'const u = new URL(IN); return [u.href, u.origin, u.protocol, u.username, u.password, u.host, u.hostname, u.port, u.pathname, u.search, u.hash]';
for (const url of [
  'http://example.com', 'HTTP://EXAMPLE.com:80/a/../b/./c', 'https://user:p%40ss@host:8443/p?q=1#f', 'https://example.com:443/', 'http://1.2.3', 'http://0x7f.1/', 'http://256.1.1.1/',
  'http://[::1]:3000/x', 'http://[2001:db8::0:1]/', 'http://[::ffff:1.2.3.4]/', 'http://[1::2::3]/', 'http://exa mple.com/', 'http://ex%41mple.com/', 'http://münchen.de/ä?ö#ü',
  'http://xn--mnchen-3ya.de/', 'http://日本語.jp/', 'http://faß.de/', 'http://a_b.example/', 'http://-a.example/', 'http://example.com./', 'http://example..com/', 'http://%00.com/',
  'file:///C:/a/../b', 'file://host/share', 'file:c:\\\\x', 'mailto:a@b.c', 'data:text/plain,hi there', 'javascript:alert(1)', 'blob:https://example.com/id', 'urn:mik:error:x',
  'http:example.com', 'http:/example.com', 'http:////example.com///', '  http://example.com/  ', 'ht\ntp://exa\tmple.com/', 'http://example.com/%zz', 'http://example.com/a%2fb',
  'http://example.com/a b', 'http://example.com/?a b&c=d+e', 'http://example.com/#a b`', 'http://example.com/"<>`{}', "http://example.com/?'\"<>", 'http://user@/x', 'http://@/x', 'http://:80/',
  'http://h:99999/', 'http://h:0/', 'http://h:/', 'http://h:8a/', 'ws://h:80', 'wss://h:443', 'ftp://h:21/', 'foo://h:80/p', 'foo:/a/b/../c', 'foo://', 'http://', '//example.com', '/path', 'path',
  '', '#x', '?x', 'http://h/..//../a', 'http://h/%2e%2E/b', 'http://h/.%2e/x', 'http://h\\\\a\\\\b', 'https://h/😀', 'https://😀.la/', 'http://h/\ud800', 'http://h?x=\ud800', 'http://192.168.0.257',
  'http://1e2/', 'http://0300.0xa8.1/', 'http://4294967295/', 'http://4294967296/', 'non-special:opaque path ', 'http://h/a;b=c,d', 'http://a.b.c:80@d.e/', 'http://ab\u00adc.de/', 'http://ａｂｃ.de/',
]) {
  add(parts.replace('IN', q(url)));
}

for (const [relative, base] of [
  ['../x', 'http://h/a/b/c'], ['?y', 'http://h/a?x#z'], ['#z', 'http://h/a?x'], ['//o/p', 'https://h/a'], ['/abs', 'http://h/a/b'], ['', 'http://h/a?b#c'], ['g;x=1/../y', 'http://a/b/c/d;p?q'],
  ['g:h', 'http://a/b/c'], ['./../g', 'http://a/b/c/d'], ['a/./b', 'file:///x/y'], ['/c:/x', 'file:///d:/y'], ['x', 'mailto:a@b'], ['#f', 'mailto:a@b'], ['\\\\x', 'http://h/y/z'], ['http:x', 'http://h/y/z'],
  ['http:x', 'https://h/y/z'], ['..', 'foo://h/a/b/c'], ['//', 'foo://h/a'], ['///x', 'http://h'], ['x y', 'http://h/'],
]) {
  add(parts.replace('IN', `${q(relative)}, ${q(base)}`), `return [URL.canParse(${q(relative)}), URL.canParse(${q(relative)}, ${q(base)})]`);
}

for (const [member, values] of Object.entries({
  protocol: ['https', 'ftp:', 'foo', 'http:x', '1'], username: ['a b', 'ü', '', '@'], password: ['x:y', '%'], host: ['o:81', 'o:', 'x y', '[::1]:9', ''], hostname: ['o:81', 'münchen.de', '1.1', 'a/b'],
  port: ['90', '80', '', '70000', '12ab', 'x'], pathname: ['x', '/a/../b', 'ä ?#', ''], search: ['?a=b', 'x y', '', '?'], hash: ['#h', 'h `', '', '#'], href: ['https://n/', 'bad'],
})) {
  for (const value of values) {
    add(`const u = new URL("http://u:p@h:81/p?q#f"); u.${member} = ${q(value)}; return u.href`);
  }
}

add(
  'const u = new URL("http://h/?a=1&b=2"); u.searchParams.append("c", "3 4"); u.searchParams.delete("a"); return [u.href, u.search]',
  'const u = new URL("http://h/?x=1"); u.search = "?y=2"; return [...u.searchParams]', 'return JSON.stringify({ u: new URL("http://h/a b") })', 'return String(new URL("x", new URL("http://h/y/")))',
  'return new URL()', 'return Object.prototype.toString.call(new URL("http://h"))', 'return URL.parse("bad")', 'return URL.parse("http://h/x")?.href',
);

for (const init of ['"a=1&b=2&a=3"', '"?a=b"', '"a"', '""', '"a=%20+%2B&=x&y="', '"%zz=%C3%A4&b=%ff"', '[["a","1"],["b","2"]]', '{a:1,b:"x y"}', '[["a"]]', 'new Map([["k","v"]])', '"a==b&&c"', '"ä=ö&😀=x"', '"a=b;c=d"', 'undefined']) {
  add(`const p = new URLSearchParams(${init}); return [String(p), [...p], p.size]`);
}

add(
  'const p = new URLSearchParams("a=1&b=2&a=3"); return [p.get("a"), p.getAll("a"), p.has("b"), p.get("z"), p.has("a","3"), p.has("a","9")]',
  'const p = new URLSearchParams("c=1&a=2&b=3&a=1"); p.sort(); return String(p)', 'const p = new URLSearchParams("a=1&a=2&b=3"); p.set("a","x"); p.delete("b"); return String(p)',
  'const p = new URLSearchParams("a=1&a=2"); p.delete("a","2"); return String(p)', 'const p = new URLSearchParams(); p.append("a!~*()\'", "-_. "); return String(p)',
  'const r = []; new URLSearchParams("a=1&b=2").forEach((v,k) => r.push(k+v)); return r', 'return [[...new URLSearchParams("a=1&b=2").keys()], [...new URLSearchParams("a=1&b=2").values()]]',
  'return new URLSearchParams().get()', 'return new URLSearchParams(new URLSearchParams("a=b")).toString()', 'return Object.prototype.toString.call(new URLSearchParams())',
);

for (const text of ['', 'abc', 'äöü', '€', '😀', 'a\ud800b', '\udc00', '\ud83d', 'x\0y', '\uffff\ufeff', '日本語 text']) {
  add(`return [...new TextEncoder().encode(${q(text)})]`, `const b = new Uint8Array(5); const r = new TextEncoder().encodeInto(${q(text)}, b); return [r.read, r.written, [...b]]`, `return new TextDecoder().decode(new TextEncoder().encode(${q(text)}))`);
}

for (const bytes of [[0x61], [0xc3, 0xa4], [0xc3], [0xff, 0x61], [0xe2, 0x82], [0xe2, 0x82, 0xac], [0xf0, 0x9f, 0x98, 0x80], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xef, 0xbb, 0xbf, 0x61], [0xef, 0xbb], [0xe0, 0x80, 0x80], [0x80, 0x80], [0xf8, 0x61], [0xc3, 0x41], [0xe1, 0x80, 0x41]]) {
  add(
    `return new TextDecoder().decode(new Uint8Array(${q(bytes)}))`, `return new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(${q(bytes)}))`,
    `return new TextDecoder("utf8", { ignoreBOM: true }).decode(new Uint8Array(${q(bytes)}))`,
    `const d = new TextDecoder(); return ${q(bytes)}.map((b) => d.decode(new Uint8Array([b]), { stream: true })).concat(d.decode())`,
  );
}

add(
  'return new TextDecoder("utf-16le").decode(new Uint8Array([0x61,0,0x3d,0xd8,0,0xde,0]))', 'return new TextDecoder("utf-16be").decode(new Uint8Array([0,0x61,0xd8,0x3d]))', 'return new TextDecoder("latin1").encoding', 'return new TextDecoder("ascii").decode(new Uint8Array([0x41,0xe4,0xff]))',
  'return new TextDecoder("nope")', 'return new TextDecoder(" UTF8 ").encoding', 'return [new TextDecoder().fatal, new TextDecoder().ignoreBOM, new TextEncoder().encoding]', 'return new TextDecoder().decode()', 'return new TextDecoder().decode("x")',
  'return new TextDecoder().decode(new Uint16Array([0x6261]))', 'return new TextDecoder().decode(new DataView(new Uint8Array([0x61,0x62,0x63]).buffer, 1, 1))', 'return new TextEncoder().encode().length', 'return [...new TextEncoder().encode(12)]',
);

for (const data of ['', 'a', 'ab', 'abc', 'äöü', '\0\xff', '€']) {
  add(`return btoa(${q(data)})`);
}

for (const data of ['', 'YQ==', 'YWI=', 'YWJj', ' Y W J j ', 'YQ', 'YQ=', 'Y', 'YQ===', '=', 'a-b_', 'AA\n==', 'YQ==YQ==']) {
  add(`return [...atob(${q(data)})].map((c) => c.charCodeAt(0))`);
}

add(
  'const h = new Headers({ A: "1", "b-C": " x " }); return [[...h], h.get("a"), h.has("B-c"), h.get("z")]', 'const h = new Headers([["a","1"],["A","2"]]); return [[...h], h.get("a")]', 'const h = new Headers(); h.append("set-cookie","a"); h.append("Set-Cookie","b"); return [[...h], h.get("set-cookie"), h.getSetCookie()]',
  'return [...new Headers([["z","1"],["a","2"],["m","3"]])]', 'return new Headers({ "a b": "x" })', 'return new Headers({ a: "x\\ny" })', 'return new Headers({ a: "ü" }).get("a")', 'return new Headers({ a: "€" })', 'return new Headers({ a: "\\t x \\r\\n" }).get("a")', 'return new Headers([["a"]])', 'return new Headers("x")', 'return new Headers(null)',
  'const h = new Headers({ a: "1" }); h.set("A","2"); h.delete("b"); return [...h]', 'const h = new Headers({ a: "1" }); h.delete("A"); return [...h]', 'const r = []; new Headers({ b: "1", a: "2" }).forEach((v,k) => r.push([k,v])); return r', 'return [[...new Headers({ b: 1, a: null }).keys()], [...new Headers({ b: 1, a: null }).values()]]', 'return new Headers(new Headers({ x: "y" })).get("x")',
  'return new Headers({ a: undefined }).get("a")', 'return new Headers().get("a b")', 'return new Headers({ "": "x" })', 'return Object.prototype.toString.call(new Headers())', 'return [...new Headers(new Map([["a","b"]]))]', 'return new Headers({ a: "" }).get("a")',
);

for (const value of [
  '1', '"x"', 'null', 'undefined', 'true', '10n', '[1,[2,{a:3}]]', '{a:{b:[undefined]}}', 'new Date(0)', '/a+/gi', 'new Map([[1,{x:2}]])', 'new Set([1,"a"])', 'new Uint8Array([1,2,3])', 'new Uint8Array([1,2,3,4]).subarray(1,3)', 'new Float64Array([1.5])', 'new Uint8Array([9]).buffer', 'new DataView(new Uint8Array([1,2]).buffer,1)',
  'new Error("m")', 'new TypeError("t")', 'new RangeError("r", { cause: { c: 1 } })', 'Object(1)', 'Object("s")', 'Object(true)', 'Object(5n)', '[,1]', 'Object.assign([1], { x: 2 })', 'Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } })', 'new (class A { x = 1; get y() { return 2 } })()', '() => 1', 'Symbol("s")', '{ f() {} }', 'new WeakMap()',
  'Promise.resolve()', '{ get a() { return 5 } }', 'NaN', '-0', '"\\ud800"', 'Object.create(null, { a: { value: 1, enumerable: true } })', 'Object(Symbol())', 'new WeakRef({})',
]) {
  add(`const c = structuredClone(${value}); return [typeof c, Object.prototype.toString.call(c), show(c)]`);
}

add(
  'const a = { x: 1 }; a.self = a; const c = structuredClone(a); return [c !== a, c.self === c, c.x]', 'const s = {}; const c = structuredClone([s, s]); return c[0] === c[1]', 'const b = new ArrayBuffer(8); const c = structuredClone(b, { transfer: [b] }); return [b.byteLength, c.byteLength]', 'return structuredClone()',
  'const e = structuredClone(new TypeError("x")); return [e instanceof TypeError, e.name, e.message]', 'const m = new Map(); m.set("m", m); const c = structuredClone(m); return c.get("m") === c', 'const b = new ArrayBuffer(4); const c = structuredClone([new Uint8Array(b), new Uint8Array(b, 2)]); return c[0].buffer === c[1].buffer',
  'const r = /a/g; r.lastIndex = 3; return structuredClone(r).lastIndex', 'class B extends Array {} ; return structuredClone(new B()) instanceof B', 'return structuredClone(Object.assign(new Error("x"), { name: "Mine" })).name',
);

add(
  'const c = new AbortController(); const r = []; c.signal.addEventListener("abort", (e) => r.push(e.type, e.target === c.signal)); c.abort(); c.abort(); return [r, c.signal.aborted, c.signal.reason.name]', 'const c = new AbortController(); c.abort("why"); return c.signal.reason', 'return [AbortSignal.abort().aborted, AbortSignal.abort().reason.name, AbortSignal.abort(5).reason]',
  'const c = new AbortController(); c.signal.throwIfAborted(); c.abort(new TypeError("t")); c.signal.throwIfAborted()', 'const c = new AbortController(); const s = AbortSignal.any([c.signal, new AbortController().signal]); c.abort("x"); return [s.aborted, s.reason]', 'return AbortSignal.any([AbortSignal.abort(1), AbortSignal.abort(2)]).reason', 'return AbortSignal.any([]).aborted',
  'const s = AbortSignal.timeout(1); await new Promise((f) => { s.onabort = f; }); return s.reason.name', 'const c = new AbortController(); let n = 0; c.signal.onabort = () => n++; c.abort(); return n', 'new AbortSignal()', 'const c = new AbortController(); let n = 0; const f = () => n++; c.signal.addEventListener("abort", f); c.signal.removeEventListener("abort", f); c.abort(); return n',
  'const t = new EventTarget(); const r = []; t.addEventListener("x", { handleEvent(e) { r.push(e.type) } }, { once: true }); t.dispatchEvent(new Event("x")); t.dispatchEvent(new Event("x")); return r', 'const t = new EventTarget(); t.addEventListener("x", (e) => e.preventDefault()); return [t.dispatchEvent(new Event("x")), t.dispatchEvent(new Event("x", { cancelable: true }))]',
  'const t = new EventTarget(); const r = []; t.addEventListener("x", (e) => { r.push(1); e.stopImmediatePropagation() }); t.addEventListener("x", () => r.push(2)); t.dispatchEvent(new Event("x")); return r', 'const c = new AbortController(); const t = new EventTarget(); let n = 0; t.addEventListener("x", () => n++, { signal: c.signal }); t.dispatchEvent(new Event("x")); c.abort(); t.dispatchEvent(new Event("x")); return n',
  'return Object.prototype.toString.call(new AbortController().signal)', 'return new CustomEvent("x", { detail: 5 }).detail', 'new Event()',
);

add(
  'return [await new Response("hä").text(), new Response("x").headers.get("content-type")]', 'return [await new Response("{\\"a\\":1}").json(), new Response().body, await new Response().text()]', 'const r = Response.json({ a: [1] }, { status: 201 }); return [r.status, r.headers.get("content-type"), await r.text()]', 'const r = Response.redirect("http://h/x", 301); return [r.status, r.headers.get("location")]', 'return Response.redirect("http://h", 200)',
  'return [new Response(null, { status: 204 }).ok, new Response(null, { status: 404 }).ok, new Response().status]', 'return new Response("x", { status: 204 })', 'return new Response(null, { status: 99 })', 'return new Response(null, { status: 600 })', 'const r = new Response("x"); await r.text(); return [r.bodyUsed, await r.text()]', 'const r = new Response("x"); const c = r.clone(); return [await r.text(), await c.text()]',
  'const r = new Response("x"); await r.text(); return r.clone()', 'const s = new ReadableStream({ start(c) { c.enqueue(new Uint8Array([104, 105])); c.close() } }); return new Response(s).text()', 'const parts = []; for await (const p of new Response("abc").body) parts.push(...p); return parts', 'return [...new Uint8Array(await new Response(new Uint8Array([1,2])).arrayBuffer())]', 'return new Response(new URLSearchParams({ a: "b c" })).headers.get("content-type")',
  'return (await new Response(new URLSearchParams({ a: "b c" })).formData()).get("a")', 'return new Response("{").json()', 'return new Response("\\ufeff1").json()', 'return new Response("x", { headers: { "Content-Type": "a/b" } }).headers.get("content-type")', 'const b = await new Response("x", { headers: { "content-type": "Text/Plain" } }).blob(); return [b.size, b.type]', 'return new Response("x", { statusText: "fine" }).statusText', 'return new Response("x", { statusText: "\\n" })',
  'const f = new FormData(); f.append("a", "1"); f.append("b", new Blob(["x"], { type: "t/t" }), "n.txt"); const g = await new Response(f).formData(); const b = g.get("b"); return [g.get("a"), b.name, b.type, await b.text()]', 'return Response.error().type', 'return Response.json(undefined)',
  'const r = new Request("http://h/a?b#c", { method: "post", body: "x", headers: { a: "b" } }); return [r.method, r.url, r.headers.get("a"), r.headers.get("content-type"), await r.text()]', 'return new Request("http://h", { body: "x" })', 'return new Request("/x")', 'return new Request("http://u:p@h")', 'return new Request("http://h", { method: "CONNECT" })', 'return new Request("http://h", { method: "a b" })', 'return new Request("http://h", { method: "patch" }).method',
  'const a = new Request("http://h", { method: "PUT", body: "x" }); const b = new Request(a); return [a.bodyUsed, await b.text(), b.method]', 'const a = new Request("http://h", { method: "POST", body: "x" }); const b = a.clone(); return [await a.text(), await b.text()]', 'return new Request(new URL("http://h/y")).url', 'return new Request("http://h").signal.aborted', 'return new Request()', 'return new Request("http://h", { redirect: "manual" }).redirect',
  'const b = new Blob(["ab", new Uint8Array([99]), new Blob(["d"])]); return [b.size, await b.text(), await b.slice(1, 3).text(), await b.slice(-2).text()]', 'const f = new File(["x"], "n", { type: "A/B", lastModified: 5 }); return [f.name, f.type, f.lastModified, f.size]', 'const f = new FormData(); f.append("a", "1"); f.append("a", "2"); f.set("b", "3"); f.delete("z"); return [f.getAll("a"), [...f.keys()], f.has("b"), f.get("c")]',
  'const f = new FormData(); f.append("a", "1"); f.append("b", "x"); f.append("a", "2"); f.set("a", "9"); return [...f]',
);

const hex = 'return [...new Uint8Array(d)].map((b) => b.toString(16).padStart(2, "0")).join("")';
for (const name of ['SHA-1', 'sha-256', 'SHA-384', 'SHA-512']) {
  for (const text of ['', 'abc', 'x'.repeat(200)]) {
    add(`const d = await crypto.subtle.digest(${q(name)}, new TextEncoder().encode(${q(text)})); ${hex}`);
  }
}

add(
  'return crypto.subtle.digest("MD5", new Uint8Array())', 'return crypto.subtle.digest("SHA-1", "x")', 'return /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())', 'return crypto.getRandomValues(new Uint16Array(4)).length', 'return crypto.getRandomValues(new Float32Array(1))', 'return crypto.getRandomValues(new Uint8Array(65537))', 'return crypto.getRandomValues([1])',
  `const k = await crypto.subtle.importKey("raw", new TextEncoder().encode("key"), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]); const d = await crypto.subtle.sign("HMAC", k, new TextEncoder().encode("text")); ${hex}`,
  'const t = new TransformStream({ transform(x, c) { c.enqueue(x * 2) } }); const w = t.writable.getWriter(); w.write(1); w.write(2); w.close(); const r = []; for await (const x of t.readable) r.push(x); return r', 'const [a, b] = new ReadableStream({ start(c) { c.enqueue(1); c.enqueue(2); c.close() } }).tee(); const r = []; for await (const x of a) r.push(x); for await (const x of b) r.push(x); return r',
  'const r = []; for await (const x of ReadableStream.from([1, 2])) r.push(x); return r', 'const s = new Response("äb").body.pipeThrough(new TextDecoderStream()); const r = []; for await (const x of s) r.push(x); return r.join("")', 'const r = []; await new ReadableStream({ start(c) { c.enqueue(7); c.close() } }).pipeTo(new WritableStream({ write(x) { r.push(x) } })); return r', 'const s = new ReadableStream(); s.getReader(); return s.locked', 'const s = new ReadableStream(); s.getReader(); s.getReader()',
  'const e = new DOMException("m", "AbortError"); return [e.name, e.code, e.message, e instanceof Error, String(e)]', 'return [typeof queueMicrotask, typeof performance.now()]', 'const r = []; queueMicrotask(() => r.push(1)); r.push(0); await null; await null; return r', 'const r = []; setTimeout(() => r.push(2), 5); setTimeout(() => r.push(1), 0); const id = setTimeout(() => r.push(9), 1); clearTimeout(id); await new Promise((f) => setTimeout(f, 20)); return r',
  'let n = 0; await new Promise((f) => { const id = setInterval(() => { if (++n === 3) { clearInterval(id); f() } }, 1) }); return n', 'return new Promise((f) => setTimeout((a, b) => f([a, b]), 1, "x", "y"))',
);

const show = (value) => {
  const seen = new Set();
  return JSON.stringify(value, (key, item) => {
    if (typeof item === 'bigint') {
      return `${item}n`;
    }

    if (typeof item === 'object' && item !== null) {
      if (seen.has(item)) {
        return '(again)';
      }

      seen.add(item);
    }

    return item instanceof Map ? ['Map', ...item] : item instanceof Set ? ['Set', ...item] : item instanceof RegExp ? String(item) : item instanceof Error ? `${item.name}: ${item.message}`
      : ArrayBuffer.isView(item) ? [item.constructor.name, ...new Uint8Array(item.buffer, item.byteOffset, item.byteLength)] : item instanceof ArrayBuffer ? ['ArrayBuffer', ...new Uint8Array(item)]
        : Object.is(item, -0) ? '-0' : item === undefined ? '(undefined)' : item;
  });
};

/** What every input gives: a value, or the name of what it throws. */
export async function results() {
  const all = [];
  for (const source of list) {
    const run = new Function('show', `return (async () => { ${source}; })()`);
    try {
      all.push([source, show(await run(show)) ?? 'undefined']);
    } catch (error) {
      all.push([source, `throws ${error?.name ?? typeof error}`]);
    }
  }

  return all;
}
