// Takes the types out of TypeScript. Runs inside QuickJS; `stripTypes` gives JSON, so that one string crosses the border.
import { transform } from 'sucrase';

globalThis.stripTypes = (source, file) => {
  try {
    const { code, sourceMap } = transform(source, {
      transforms: ['typescript'],
      disableESTransforms: true,
      keepUnusedImports: false,
      filePath: file,
      sourceMapOptions: { compiledFilename: file },
    });
    return JSON.stringify({ code, mappings: sourceMap.mappings });
  } catch (error) {
    const place = error.loc ?? {};
    return JSON.stringify({
      message: String(error.message).replace(/^Error transforming [^:]*: /, '').replace(/ \(\d+:\d+\)$/, ''),
      line: place.line ?? 0,
      column: place.column ?? 0,
    });
  }
};
