// Makes JavaScript of TypeScript with TypeScript's own compiler, without a check of types, and modules of CommonJS. Runs inside QuickJS; the answers
// are JSON, so that one string crosses the border.
import { createProgram, createSourceFile, flattenDiagnosticMessageText, getLineAndCharacterOfPosition } from 'typescript';
import { commonJsOf } from './commonjs.js';

// Numbers of TypeScript's enums ScriptTarget, ModuleKind, ModuleResolutionKind and SyntaxKind.
const es2022 = 9; // the last one before syntax that QuickJS does not have
const commonJs = 1;
const modules = 99;
const bundler = 100;
const importEquals = 272;
const externalModuleReference = 284;
const exportAssignment = 278;

const options = {
  target: es2022, moduleResolution: bundler, noLib: true, noCheck: true, preserveConstEnums: true, sourceMap: true, types: [], suppressOutputPathCheck: true,
  esModuleInterop: true, allowImportingTsExtensions: true, ignoreDeprecations: '6.0',
};

/** Whether a file can only be CommonJS: it says `import x = require()` or `export =`. */
const isCommonJs = ({ statements }) => statements.some((statement) =>
  (statement.kind === importEquals && statement.moduleReference.kind === externalModuleReference && !statement.isTypeOnly)
  || (statement.kind === exportAssignment && statement.isExportEquals === true));

function faultOf(parsed, start, message) {
  const { line, character } = getLineAndCharacterOfPosition(parsed, start ?? 0);
  return JSON.stringify({ message, line: line + 1, column: character + 1 });
}

function compile(input, parsed, others, kind) {
  const output = {};
  const files = new Map([[input, parsed]]);
  const read = (name) => {
    if (!files.has(name) && Object.hasOwn(others, name)) {
      files.set(name, createSourceFile(name, others[name], { languageVersion: es2022 }));
    }

    return files.get(name);
  };
  const program = createProgram([input], { ...options, module: kind }, {
    getSourceFile: read,
    writeFile: (name, text) => {
      output[name.endsWith('.map') ? 'map' : 'code'] = text;
    },
    fileExists: (name) => name === input || Object.hasOwn(others, name),
    readFile: (name) => others[name],
    directoryExists: () => true,
    getDirectories: () => [],
    getDefaultLibFileName: () => 'lib.d.ts',
    getCurrentDirectory: () => '/',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
  });
  const [fault] = program.getSyntacticDiagnostics(parsed);
  if (fault === undefined) {
    program.emit(parsed);
  }

  return { fault, code: output.code?.replace(/\n?\/\/# sourceMappingURL=.*\n?$/, '\n'), mappings: output.map === undefined ? '' : JSON.parse(output.map).mappings };
}

/** @param others Texts of the files that this one imports, by their paths, as JSON. */
globalThis.stripTypes = (source = '', file, others) => {
  const input = `/${file}`;
  const parsed = createSourceFile(input, source, { languageVersion: es2022 });
  const isOld = isCommonJs(parsed);
  const { fault, code, mappings } = compile(input, parsed, JSON.parse(others), isOld ? commonJs : modules);
  if (fault !== undefined) {
    return faultOf(parsed, fault.start, flattenDiagnosticMessageText(fault.messageText, '\n'));
  }

  return JSON.stringify(isOld ? commonJsOf(code, file, mappings) ?? { code, mappings } : { code, mappings });
};

/** A file of JavaScript as a module when it is CommonJS; no code when it is not. */
globalThis.readCommonJs = (source = '', file) => JSON.stringify(commonJsOf(source, file) ?? {});
