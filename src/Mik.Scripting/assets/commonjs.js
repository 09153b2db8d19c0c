// CommonJS as a module: its text becomes the body of a function that is called when something requires it, and what it requires is imported before.
import { createSourceFile, forEachChild } from 'typescript';

// Numbers of TypeScript's enums ScriptTarget, ScriptKind and SyntaxKind.
const newest = 99;
const javaScript = 1;
const kinds = { stringLiteral: 11, template: 15, identifier: 80, object: 211, property: 212, element: 213, call: 214, binary: 227, equals: 64, propertyAssignment: 304, shorthand: 305 };

const isText = (node) => node?.kind === kinds.stringLiteral || node?.kind === kinds.template;
// The compiler puts an underscore before names that begin with two.
const nameOf = ({ kind, text, escapedText }) => (kind === kinds.identifier ? escapedText.replace(/^___/, '__') : text);
const isName = (node, name) => node?.kind === kinds.identifier && nameOf(node) === name;
const isExports = (node) => isName(node, 'exports') || (node.kind === kinds.property && isName(node.expression, 'module') && isName(node.name, 'exports'));

/** What a file requires, exports by names, and exports of others' (`export *`); null when it is not CommonJS. */
function read(parsed) {
  const requires = new Set();
  const names = new Set();
  const stars = new Set();
  let isOld = false;
  const visit = (node) => {
    if (node.kind === kinds.call) {
      const [first, second] = node.arguments;
      if (isName(node.expression, 'require') && node.arguments.length === 1) {
        isOld = true;
        if (isText(first)) {
          requires.add(first.text);
        }
      } else if (node.expression.kind === kinds.property && isName(node.expression.name, 'defineProperty') && first !== undefined && isExports(first) && isText(second)) {
        names.add(second.text);
      } else if ((isName(node.expression, '__exportStar') || isName(node.expression.name, '__exportStar')) && first?.kind === kinds.call && isText(first.arguments[0])) {
        stars.add(first.arguments[0].text);
      }
    } else if (node.kind === kinds.binary && node.operatorToken.kind === kinds.equals) {
      const { left, right } = node;
      if (left.kind === kinds.property && isExports(left.expression)) {
        names.add(nameOf(left.name));
      } else if (left.kind === kinds.element && isExports(left.expression) && isText(left.argumentExpression)) {
        names.add(left.argumentExpression.text);
      } else if (isExports(left) && right.kind === kinds.object) {
        right.properties.forEach(({ kind, name }) => {
          if ((kind === kinds.propertyAssignment || kind === kinds.shorthand) && (name.kind === kinds.identifier || isText(name))) {
            names.add(nameOf(name));
          }
        });
      }
    }

    isOld ||= isExports(node);
    forEachChild(node, visit);
  };
  visit(parsed);
  return isOld ? { requires: [...requires], names: [...names].filter((name) => name !== 'default' && name !== '__esModule'), stars: [...stars] } : null;
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A number as source maps write it. */
function vlq(number) {
  let text = '';
  let rest = number << 1;
  do {
    text += digits[(rest & 31) | (rest > 31 ? 32 : 0)];
    rest >>>= 5;
  } while (rest > 0);
  return text;
}

/** The module, or null when a text is no CommonJS. Lines stay where they are. */
export function commonJsOf(source, file, mappings) {
  const parsed = createSourceFile(file, source, { languageVersion: newest }, false, javaScript);
  const found = parsed.externalModuleIndicator === undefined && parsed.parseDiagnostics.length === 0 ? read(parsed) : null;
  if (found === null) {
    return null;
  }

  const imports = found.requires.map((specifier, index) => `import*as $required${index} from${JSON.stringify(`commonjs:${specifier}`)};`).join('');
  const table = found.requires.map((specifier, index) => `[${JSON.stringify(specifier)}]:()=>$required${index}`).join(',');
  const head = `import{define as $define}from"commonjs:";${imports}export const $commonjs=$define(${JSON.stringify(file)},{${table}},function(exports,require,module,__filename,__dirname){`;
  const body = source.replace(/^#!/, '//');
  const moved = mappings ?? `AAAA${';AACA'.repeat(body.split('\n').length - 1)}`;
  return {
    code: `${head}${body}\n});\n`,
    mappings: moved.startsWith('AAAA') ? `${vlq(head.length)}AAA${moved.slice(4)}` : `${vlq(head.length)}AAA${moved === '' || moved.startsWith(';') ? '' : ','}${moved}`,
    names: found.names,
    stars: found.stars,
  };
}
