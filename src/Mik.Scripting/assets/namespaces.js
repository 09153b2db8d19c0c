// Namespaces of TypeScript as functions that fill an object. The stripper knows them only as types, and would leave them out.
//   namespace A { export const x = 1; }   →   var A; (function (A) { …A.x reads x… const x = 1; })(A || (A = {}));
// What is exported are properties that read the variable, so that later assignments are seen. Lines stay where they are; where columns move is noted.
import { parse } from 'sucrase/dist/esm/parser/index.js';
import { ContextualKeyword } from 'sucrase/dist/esm/parser/tokenizer/keywords.js';
import { IdentifierRole } from 'sucrase/dist/esm/parser/tokenizer/index.js';
import { TokenType as tt } from 'sucrase/dist/esm/parser/tokenizer/types.js';

const opening = new Set([tt.braceL, tt.parenL, tt.bracketL, tt.dollarBraceL]);
const closing = new Set([tt.braceR, tt.parenR, tt.bracketR]);
const variables = new Set([tt._const, tt._let, tt._var]);
const declared = new Set([IdentifierRole.TopLevelDeclaration, IdentifierRole.ObjectShorthandTopLevelDeclaration]);
// What may stand before the function or class of a declaration; elsewhere it is an expression.
const beforeDeclaration = new Set([undefined, tt.semi, tt.braceR, tt._export, tt._async, tt._abstract, tt._default]);

export const tokensOf = (source) => parse(source, false, true, false).tokens;

const isWord = (token, word) => token?.type === tt.name && token.contextualKeyword === word;

/** The index of the token that closes what one opens. */
function closes(tokens, open) {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    depth += opening.has(tokens[at].type) ? 1 : closing.has(tokens[at].type) ? -1 : 0;
    if (depth === 0) {
      return at;
    }
  }

  return tokens.length - 1;
}

/** The namespace whose keyword is at an index: where its body begins and ends, and its names; null when there is none. */
function namespaceAt(source, tokens, at) {
  const token = tokens[at];
  if (!token.isType || !(isWord(token, ContextualKeyword._namespace) || isWord(token, ContextualKeyword._module)) || tokens[at + 1]?.type !== tt.name) {
    return null;
  }

  const names = [source.slice(tokens[at + 1].start, tokens[at + 1].end)];
  let open = at + 2;
  while (tokens[open]?.type === tt.dot) {
    names.push(source.slice(tokens[open + 1].start, tokens[open + 1].end));
    open += 2;
  }

  return tokens[open]?.type === tt.braceL ? { names, open, close: closes(tokens, open) } : null;
}

const exposed = ({ name, isVariable }) => `${name}:{enumerable:true,configurable:true,get:()=>${name}${isVariable ? `,set:(v)=>{${name}=v}` : ''}}`;

/** What a text declares at its top level, exports, and what must change in it. Positions count from `base`. */
function read(source, base, isInside, isEmpty) {
  const tokens = tokensOf(source);
  const edits = [];
  const known = new Set();
  const exported = [];
  let depth = 0;
  let introducer = { isExported: false, isVariable: false };
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    const space = depth === 0 ? namespaceAt(source, tokens, at) : null;
    if (space !== null) {
      const isExported = tokens[at - 1]?.type === tt._export;
      const isDeclared = isWord(tokens[at - 1], ContextualKeyword._declare) || tokens[at - 1]?.type === tt._declare;
      const body = source.slice(tokens[space.open].end, tokens[space.close].start);
      const inner = isDeclared ? null : read(body, base + tokens[space.open].end, true, isEmpty);
      if (inner?.hasValues) {
        const [first, ...others] = space.names;
        const start = isExported ? tokens[at - 1].start : token.start;
        const head = source.slice(start, tokens[space.open].end);
        const opens = others.map((name, index) => `(function(${name}){`).join('');
        const last = space.names.at(-1);
        const properties = inner.exported.length > 0 ? `Object.defineProperties(${last},{${inner.exported.map(exposed).join(',')}});` : '';
        const variable = known.has(first) ? ';' : `${isExported && !isInside ? 'export ' : ''}var ${first};`;
        const lines = '\n'.repeat(head.split('\n').length - 1);
        const ends = others.map((name, index) => `})(${space.names[index]}.${name}||(${space.names[index]}.${name}={}));`).reverse().join('');
        edits.push({ start: base + start, end: base + tokens[space.open].end, text: `${variable}(function(${first}){${opens}${properties}${lines}` });
        edits.push(...inner.edits);
        edits.push({ start: base + tokens[space.close].start, end: base + tokens[space.close].end, text: `${ends}})(${first}||(${first}={}));` });
        if (isExported && isInside && !exported.some(({ name }) => name === first)) {
          exported.push({ name: first, isVariable: true });
        }

        known.add(first);
      }

      at = space.close;
      continue;
    }

    depth += opening.has(token.type) ? 1 : closing.has(token.type) ? -1 : 0;
    if (token.isType) {
      continue;
    }

    const before = tokens[at - 1]?.type;
    if (depth === 0 && (variables.has(token.type) || token.type === tt._enum || token.type === tt._import
      || ((token.type === tt._function || token.type === tt._class) && beforeDeclaration.has(before)))) {
      const isModified = before === tt._async || before === tt._abstract || (before === tt._const && token.type === tt._enum) || isWord(tokens[at - 1], ContextualKeyword._async);
      introducer = { isExported: (isModified ? tokens[at - 2]?.type : before) === tt._export, isVariable: token.type === tt._let || token.type === tt._var };
    }

    if (isInside && token.type === tt._export && depth === 0) {
      edits.push({ start: base + token.start, end: base + token.end, text: '      ' });
    }

    if (declared.has(token.identifierRole)) {
      const name = source.slice(token.start, token.end);
      known.add(name);
      if (introducer.isExported && !exported.some((other) => other.name === name)) {
        exported.push({ name, isVariable: introducer.isVariable });
      }
    }
  }

  return { edits, exported, hasValues: edits.some(({ text }) => text.trim() !== '') || (isInside && !isEmpty(source)) };
}

/** The source without namespaces, and by how much its columns have moved: [line, column, by] for what is at that column of that line or behind. */
export function withoutNamespaces(source, tokens, isEmpty) {
  if (!tokens.some((token, at) => namespaceAt(source, tokens, at) !== null)) {
    return { source, moved: [] };
  }

  const { edits } = read(source, 0, false, isEmpty);
  const moved = [];
  let text = '';
  let line = 1;
  let lineStart = 0;
  let next = 0;
  const add = (piece) => {
    for (let at = piece.indexOf('\n'); at >= 0; at = piece.indexOf('\n', at + 1)) {
      line++;
      lineStart = text.length + at + 1;
    }

    text += piece;
  };
  for (const { start, end, text: instead } of edits) {
    add(source.slice(next, start));
    add(instead);
    next = end;
    if (instead.length !== end - start) {
      moved.push([line, text.length - lineStart + 1, instead.length - (end - start)]);
    }
  }

  add(source.slice(next));
  return { source: text, moved };
}
