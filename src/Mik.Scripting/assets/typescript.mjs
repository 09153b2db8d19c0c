// TypeScript's compiler as a module of which only what is used stays. It is published as one script whose table of exports holds on to everything.
import { readFile } from 'node:fs/promises';

// Rooms of the script that only editors and its command line need.
const unused = /^\/\/ src\/(services|server|harness|jsTyping|typingsInstallerCore|typescript)\//;

function without(text, pattern, what) {
  const rest = text.replace(pattern, '');
  if (rest === text) {
    throw new Error(`typescript.js looks different now: ${what} was not found`);
  }

  return rest;
}

/** A plugin of esbuild. */
export const slimTypeScript = {
  name: 'slim-typescript',
  setup(build) {
    build.onLoad({ filter: /[\\/]typescript[\\/]lib[\\/]typescript\.js$/ }, async ({ path }) => {
      const script = await readFile(path, 'utf8');
      const whole = script.slice(script.indexOf('"use strict";', script.indexOf('((module) =>')), script.lastIndexOf('})({ get exports()'));
      const bare = without(without(whole, /^__export\(\w+, \{[^]*?^\}\);$/gm, 'the table of exports'), /^0 && \(module\.exports = \{[^]*?^\}\);?$/gm, 'the list of names');
      const marked = bare
        .replace(/^module\.exports = .*$/m, '')
        .replace(/^var (\w+) = \(\((\w+)\) => \{$/gm, 'var $1 = /* @__PURE__ */ (($2) => {');
      const contents = marked.split(/^(?=\/\/ src\/)/m).filter((part) => !unused.test(part)).join('');
      return { contents: `${contents}\nexport { createProgram, createSourceFile, flattenDiagnosticMessageText, forEachChild, getLineAndCharacterOfPosition };\n`, loader: 'js' };
    });
  },
};
