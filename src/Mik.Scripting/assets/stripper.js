// Takes the types out of TypeScript. Runs inside QuickJS; `stripTypes` gives JSON, so that one string crosses the border.
import { transform } from 'sucrase';
import State from 'sucrase/dist/esm/parser/tokenizer/state.js';
import { TokenType as tt } from 'sucrase/dist/esm/parser/tokenizer/types.js';
import { tokensOf, withoutNamespaces } from './namespaces.js';

// The parser tries several readings of a text and reports what was wrong with the last; what came furthest says more.
let furthest;
Object.defineProperty(State.prototype, 'error', {
  configurable: true,
  get() {
    return this.fault;
  },
  set(error) {
    this.fault = error;
    if (error && error.pos > (furthest?.pos ?? -1)) {
      furthest = { pos: error.pos, message: error.message };
    }
  },
});

const strip = (source, file) => transform(source, {
  transforms: ['typescript'],
  disableESTransforms: true,
  keepUnusedImports: false,
  filePath: file,
  sourceMapOptions: { compiledFilename: file },
});

// Whether nothing is left of a text without its types.
const isEmpty = (source) => strip(source, 'body.ts').code.replace(/\/\/.*|\/\*[^]*?\*\//g, '').replace(/[\s;]/g, '') === '';

function placeOf(source, index) {
  const lines = source.slice(0, index).split('\n');
  return { line: lines.length, column: lines.at(-1).length + 1 };
}

/** Syntax that stripping types would leave as it is, though no engine runs it. */
function refuse(source, tokens) {
  tokens.forEach((token, at) => {
    if (token.isType) {
      return;
    }

    if (token.type === tt.at) {
      throw Object.assign(new Error('decorators cannot be used: JavaScript has none yet, and taking out types leaves them in; call the function instead'), { loc: placeOf(source, token.start) });
    }

    if (token.type === tt._export && tokens[at + 1]?.type === tt.eq) {
      throw Object.assign(new Error('"export =" is for CommonJS, which scripts are not; write "export default"'), { loc: placeOf(source, token.start) });
    }

    if (token.type === tt._import && tokens[at + 2]?.type === tt.eq && source.slice(tokens[at + 3].start, tokens[at + 3].end) === 'require') {
      throw Object.assign(new Error('"import = require()" is for CommonJS, which scripts are not; write "import … from"'), { loc: placeOf(source, token.start) });
    }
  });
}

globalThis.stripTypes = (source, file) => {
  furthest = undefined;
  try {
    const tokens = tokensOf(source);
    refuse(source, tokens);
    const plain = withoutNamespaces(source, tokens, isEmpty);
    const { code, sourceMap } = strip(plain.source, file);
    return JSON.stringify({ code, mappings: sourceMap.mappings, moved: plain.moved });
  } catch (error) {
    const isKnown = error.pos !== undefined && furthest?.pos > error.pos && furthest.pos <= source.length;
    const place = isKnown ? placeOf(source, furthest.pos) : error.loc ?? {};
    return JSON.stringify({
      message: String(isKnown ? furthest.message : error.message).replace(/^Error transforming [^:]*: /, '').replace(/ \(\d+:\d+\)$/, ''),
      line: place.line ?? 0,
      column: place.column ?? 0,
    });
  }
};
