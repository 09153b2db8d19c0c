// Modules of CommonJS: functions that run when something requires them for the first time.
const { hasOwn, keys, defineProperty } = Object;
const TheError = Error;
const TheWeakMap = WeakMap;
const known = new TheWeakMap();

/** What `require` gives for a module of ECMAScript: its exports, marked for the helpers of TypeScript when one of them is the default. */
function exportsOf(namespace) {
  if (!('default' in namespace) || '__esModule' in namespace) {
    return namespace;
  }

  let exports = known.get(namespace);
  if (exports === undefined) {
    exports = defineProperty({}, '__esModule', { value: true });
    for (const name of keys(namespace)) {
      defineProperty(exports, name, { enumerable: true, get: () => namespace[name] });
    }

    known.set(namespace, exports);
  }

  return exports;
}

/**
 * A module whose body has not run.
 * @param file Its name.
 * @param imports What it requires: functions that give the module of a specifier.
 * @param body Its text as a function.
 */
export function define(file, imports, body) {
  let module;
  const require = (specifier) => {
    if (!hasOwn(imports, specifier)) {
      throw new TheError(`${file} requires "${specifier}": what is required must be a text that stands in the call`);
    }

    const imported = imports[specifier]();
    if (imported.$commonjs !== undefined) {
      return imported.$commonjs();
    }

    return specifier.endsWith('.json') ? imported.default : exportsOf(imported);
  };
  return () => {
    if (module === undefined) {
      module = { id: file, filename: file, exports: {}, loaded: false };
      try {
        body.call(module.exports, module.exports, require, module, file, file.slice(0, file.lastIndexOf('/')));
        module.loaded = true;
      } catch (error) {
        module = undefined;
        throw error;
      }
    }

    return module.exports;
  };
}
